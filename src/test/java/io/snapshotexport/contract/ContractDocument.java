package io.snapshotexport.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A document that says what the service promises, and the JSON schemas in it. Readers are told to ignore fields that they do not know;
 * here they are faults, because code and document have to agree: use {@link #faults}, or {@link #faultsForReaders} for what others
 * write. Thread-safe.
 */
public final class ContractDocument {

    /** It warns of every keyword of OpenAPI and AsyncAPI that is none of JSON Schema. */
    private static final Logger VALIDATOR_LOG = Logger.getLogger("com.networknt.schema");

    static {
        VALIDATOR_LOG.setLevel(Level.SEVERE);
    }

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final String STRICT = "https://snapshot-export.invalid/strict";
    private static final String LENIENT = "https://snapshot-export.invalid/lenient";

    private final JsonNode root;
    private final JsonSchemaFactory schemas;
    private final Map<String, JsonSchema> loaded = new ConcurrentHashMap<>();

    private ContractDocument(JsonNode root, SpecVersion.VersionFlag dialect) {
        this.root = root;
        JsonNode strict = root.deepCopy();
        close(strict);
        this.schemas = JsonSchemaFactory.getInstance(dialect, factory -> factory.schemaLoaders(loaders ->
                loaders.schemas(Map.of(STRICT, strict.toString(), LENIENT, root.toString()))));
    }

    /** {@code openapi.yaml}, whose schemas are those of JSON Schema 2020-12. */
    public static ContractDocument openApi() {
        return new ContractDocument(read("openapi.yaml"), SpecVersion.VersionFlag.V202012);
    }

    /** {@code asyncapi.yaml}, whose schemas are those of draft 7. */
    public static ContractDocument asyncApi() {
        return new ContractDocument(read("asyncapi.yaml"), SpecVersion.VersionFlag.V7);
    }

    private static JsonNode read(String name) {
        try (InputStream document = ContractDocument.class.getResourceAsStream("/META-INF/" + name)) {
            return YAML.readTree(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What describes its fields shall name them all. The branches of a condition only add to that. */
    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("type").asText().equals("object") && object.has("properties")
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(ContractDocument::close);
    }

    public JsonNode root() {
        return root;
    }

    /** The node that stands at a path, with references followed on the way. */
    public Optional<JsonNode> find(String... path) {
        return pointer(path).map(root::at);
    }

    /** The same, as a pointer to where the node itself stands. */
    public Optional<String> pointer(String... path) {
        String pointer = "";
        for (String name : path) {
            pointer = resolve(pointer + "/" + name.replace("~", "~0").replace("/", "~1"));
            if (root.at(pointer).isMissingNode()) {
                return Optional.empty();
            }
        }
        return Optional.of(pointer);
    }

    /** Where what stands at the pointer, and may be a reference, really stands. */
    public String resolve(String pointer) {
        JsonNode node = root.at(pointer);
        return node.size() == 1 && node.has("$ref") ? resolve(node.get("$ref").asText().substring(1)) : pointer;
    }

    /** What a value has that the schema at the pointer does not have, or the other way round. */
    public List<String> faults(String pointer, JsonNode value) {
        return validate(STRICT, pointer, value);
    }

    /** The same, but unknown fields are none of them. */
    public List<String> faultsForReaders(String pointer, JsonNode value) {
        return validate(LENIENT, pointer, value);
    }

    private List<String> validate(String document, String pointer, JsonNode value) {
        JsonSchema schema = loaded.computeIfAbsent(document + "#" + pointer, location -> schemas.getSchema(SchemaLocation.of(location)));
        Set<ValidationMessage> messages = schema.validate(value, context -> context.getExecutionConfig().setFormatAssertionsEnabled(true));
        return messages.stream().map(ValidationMessage::toString).toList();
    }
}
