package io.snapshotexport.source.postgres;

import io.snapshotexport.format.DocumentSink;
import io.snapshotexport.format.JsonOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps the text of each document. */
final class CollectedDocuments implements DocumentSink {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final JsonOutput output = new JsonOutput(bytes);
    private final List<String> documents = new ArrayList<>();

    @Override
    public JsonOutput beginDocument() {
        bytes.reset();
        return output;
    }

    @Override
    public void endDocument() throws IOException {
        output.flush();
        documents.add(bytes.toString(StandardCharsets.UTF_8));
    }

    List<String> texts() {
        return documents;
    }

    /** What stands in the quotes of each document's id. */
    List<String> ids() {
        return documents.stream().map(text -> text.replaceAll("^\\{\"id\":\"((?:[^\"\\\\]|\\\\.)*)\".*", "$1")).toList();
    }
}
