package io.snapshotexport.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** Where a value stands in a JSON text, for messages: {@code address.lines[2]}. */
final class JsonPath {

    private JsonPath() {
    }

    /** @param target where the value begins that the path leads to */
    static String of(byte[] json, int from, int target) {
        Deque<Object> path = new ArrayDeque<>();
        int at = from;
        while (at < target) {
            switch (json[at]) {
                case '{' -> path.push("");
                case '[' -> path.push(0);
                case '}', ']' -> path.pop();
                case ',' -> {
                    if (path.peek() instanceof Integer index) {
                        path.pop();
                        path.push(index + 1);
                    }
                }
                case '"' -> {
                    int end = JsonStrings.end(json, at);
                    if (path.peek() instanceof String && isKey(json, end)) {
                        path.pop();
                        path.push(new String(json, at + 1, end - at - 2, StandardCharsets.UTF_8));
                    }
                    at = end - 1;
                }
                default -> {
                    // white space, colons, numbers and literals say nothing about the place
                }
            }
            at++;
        }
        return text(path);
    }

    private static boolean isKey(byte[] json, int end) {
        int at = end;
        while (json[at] <= ' ') {
            at++;
        }
        return json[at] == ':';
    }

    private static String text(Deque<Object> path) {
        StringBuilder text = new StringBuilder();
        for (Iterator<Object> steps = path.descendingIterator(); steps.hasNext();) {
            Object step = steps.next();
            if (step instanceof Integer) {
                text.append('[').append(step).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(step);
            }
        }
        return text.toString();
    }

    /** Where the value ends that begins at the place. */
    static int end(byte[] json, int from) {
        int at = from;
        int open = 0;
        while (at < json.length) {
            switch (json[at]) {
                case '"' -> at = JsonStrings.end(json, at) - 1;
                case '{', '[' -> open++;
                case '}', ']' -> open--;
                case ',' -> {
                    if (open == 0) {
                        return at;
                    }
                }
                default -> {
                    // inside of a number or a literal, or white space
                }
            }
            if (open < 0) {
                return at;
            }
            at++;
            if (open == 0 && isEnd(json[at - 1])) {
                return at;
            }
        }
        return at;
    }

    private static boolean isEnd(byte c) {
        return c == '}' || c == ']' || c == '"';
    }
}
