package io.snapshotexport.format;

import java.util.Arrays;

/** Fields of a document that wait for its end: where the key and the value begin, and how many objects come before the value. */
final class ReservedFields {

    private static final int WIDTH = 3;

    private int[] places = new int[5 * WIDTH];
    private int size;

    void clear() {
        size = 0;
    }

    void add(int key, int value, int objectsBefore) {
        if (size * WIDTH == places.length) {
            places = Arrays.copyOf(places, places.length * 2);
        }
        places[size * WIDTH] = key;
        places[size * WIDTH + 1] = value;
        places[size * WIDTH + 2] = objectsBefore;
        size++;
    }

    int size() {
        return size;
    }

    int key(int index) {
        return places[index * WIDTH];
    }

    int value(int index) {
        return places[index * WIDTH + 1];
    }

    int objectsBefore(int index) {
        return places[index * WIDTH + 2];
    }
}
