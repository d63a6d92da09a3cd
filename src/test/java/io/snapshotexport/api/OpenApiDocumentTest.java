package io.snapshotexport.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.snapshotexport.contract.ContractDocument;
import io.snapshotexport.export.DatafileFormat;
import io.snapshotexport.export.DocumentFormat;
import io.snapshotexport.export.ExportState;
import io.snapshotexport.export.Failure;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Code and {@code openapi.yaml} say the same. */
class OpenApiDocumentTest {

    private static final ContractDocument DOCUMENT = ContractDocument.openApi();
    /** Served by the framework. */
    private static final String HEALTH = "/q/health";

    /** Every operation of the resources, such as {@code GET /v2/exports/{id}}. */
    private static Map<String, Method> operations() {
        Map<String, Method> operations = new TreeMap<>();
        ClassFileImporter classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests());
        for (JavaClass type : classes.importPackages("io.snapshotexport")) {
            if (type.isAnnotatedWith(Path.class)) {
                for (Method method : type.reflect().getDeclaredMethods()) {
                    httpMethod(method).ifPresent(verb -> operations.put(verb + " " + path(type.reflect(), method), method));
                }
            }
        }
        return operations;
    }

    private static Optional<String> httpMethod(Method method) {
        return Arrays.stream(method.getAnnotations()).map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(verb -> verb != null).map(HttpMethod::value).findFirst();
    }

    private static String path(Class<?> type, Method method) {
        String more = method.isAnnotationPresent(Path.class) ? "/" + method.getAnnotation(Path.class).value() : "";
        return ("/" + type.getAnnotation(Path.class).value() + more).replaceAll("/+", "/").replaceAll("(?<=.)/$", "");
    }

    private static List<String> documented() {
        List<String> operations = new ArrayList<>();
        DOCUMENT.root().get("paths").fields().forEachRemaining(path ->
                path.getValue().fieldNames().forEachRemaining(verb -> operations.add(verb.toUpperCase() + " " + path.getKey())));
        return operations;
    }

    private static JsonNode operation(String operation) {
        String[] verbAndPath = operation.split(" ");
        return DOCUMENT.find("paths", verbAndPath[1], verbAndPath[0].toLowerCase()).orElseThrow();
    }

    @Test
    void hasTheOperationsThatTheCodeHasAndNoOther() {
        assertThat(documented()).filteredOn(operation -> !operation.contains(HEALTH))
                .containsExactlyInAnyOrderElementsOf(operations().keySet());
    }

    @Test
    void hasTheParametersThatTheCodeReads() {
        operations().forEach((operation, method) -> {
            List<String> expected = new ArrayList<>();
            for (Annotation[] annotations : method.getParameterAnnotations()) {
                for (Annotation annotation : annotations) {
                    if (annotation instanceof QueryParam query) {
                        expected.add("query " + query.value());
                    } else if (annotation instanceof PathParam path) {
                        expected.add("path " + path.value());
                    } else if (annotation instanceof HeaderParam header) {
                        expected.add("header " + header.value());
                    }
                }
            }
            if (operation.equals("POST /v2/exports")) {
                expected.add("header " + IdempotencyKey.HEADER);
            }
            List<String> documented = new ArrayList<>();
            operation(operation).path("parameters").forEach(parameter ->
                    documented.add(parameter.get("in").asText() + " " + parameter.get("name").asText()));
            assertThat(documented).as(operation).containsExactlyInAnyOrderElementsOf(expected);
        });
    }

    static Stream<Arguments> enumerations() {
        return Stream.of(
                Arguments.of("ErrorCode", Arrays.stream(ErrorCode.values()).map(ErrorCode::wireName).toList()),
                Arguments.of("ExportState", Arrays.stream(ExportState.values()).map(ExportState::wireName).toList()),
                Arguments.of("DocumentFormat", Arrays.stream(DocumentFormat.values()).map(DocumentFormat::wireName).toList()),
                Arguments.of("DatafileFormat", Arrays.stream(DatafileFormat.values()).map(DatafileFormat::wireName).toList()),
                Arguments.of("FailureCode", Arrays.stream(Failure.Code.values()).map(Failure.Code::wireName).toList()));
    }

    @ParameterizedTest
    @MethodSource("enumerations")
    void hasTheValuesThatTheCodeHas(String schema, List<String> values) {
        List<String> documented = new ArrayList<>();
        DOCUMENT.root().at("/components/schemas/" + schema + "/enum").forEach(value -> documented.add(value.asText()));
        assertThat(documented).containsExactlyElementsOf(values);
    }

    /** Each error answer names its codes, and each code has the status under which it is answered. */
    @Test
    void hasEveryErrorCodeUnderItsStatus() {
        Map<String, Integer> statuses = new TreeMap<>();
        DOCUMENT.root().at("/components/responses").forEach(response -> {
            JsonNode code = response.at("/content/application~1json/schema/allOf/1/properties/error/properties/code");
            List<JsonNode> codes = new ArrayList<>();
            (code.has("const") ? List.of(code.get("const")) : code.get("enum")).forEach(codes::add);
            codes.forEach(name -> statuses.put(name.asText(), status(response)));
        });
        Map<String, Integer> expected = new TreeMap<>();
        for (ErrorCode code : ErrorCode.values()) {
            expected.put(code.wireName(), code.status());
        }
        assertThat(statuses).isEqualTo(expected);
    }

    /** The status under which operations refer to the answer; the one that none refers to is 405, which has no operation. */
    private static int status(JsonNode response) {
        TreeSet<Integer> statuses = new TreeSet<>();
        DOCUMENT.root().get("paths").forEach(path -> path.forEach(operation ->
                operation.get("responses").properties().forEach(entry -> {
                    JsonNode reference = entry.getValue().path("$ref");
                    if (!reference.isMissingNode() && DOCUMENT.root().at(reference.asText().substring(1)) == response) {
                        statuses.add(Integer.valueOf(entry.getKey()));
                    }
                })));
        assertThat(statuses).hasSizeLessThan(2);
        return statuses.isEmpty() ? 405 : statuses.first();
    }

    @Test
    void hasTheFieldsOfTheAnswers() {
        hasFields(ExportBody.class, "/components/schemas/Export", true);
        hasFields(ExportBody.Destination.class, "/components/schemas/Export/properties/destination", false);
        hasFields(ExportBody.S3.class, "/components/schemas/Export/properties/destination/properties/s3", false);
        hasFields(ExportBody.FailureBody.class, "/components/schemas/Export/properties/failure", false);
        hasFields(ExportBody.ProgressBody.class, "/components/schemas/Export/properties/progress", true);
        hasFields(BucketPolicy.class, "/components/schemas/BucketPolicy", true);
        hasFields(BucketPolicy.Statement.class, "/components/schemas/BucketPolicy/properties/Statement/items", true);
        hasFields(ErrorBody.class, "/components/schemas/Error", false);
        hasFields(ErrorBody.Error.class, "/components/schemas/Error/properties/error", false);
    }

    private static void hasFields(Class<? extends Record> body, String schema, boolean ordered) {
        List<String> fields = Arrays.stream(body.getRecordComponents())
                .map(component -> Optional.ofNullable(component.getAccessor().getAnnotation(JsonProperty.class)).map(JsonProperty::value)
                        .orElse(component.getName()))
                .toList();
        List<String> documented = new ArrayList<>();
        DOCUMENT.root().at(schema + "/properties").fieldNames().forEachRemaining(documented::add);
        assertThat(documented).as(schema).containsExactlyInAnyOrderElementsOf(fields);
        if (ordered) {
            assertThat(body.getAnnotation(JsonPropertyOrder.class).value()).containsExactlyInAnyOrderElementsOf(fields);
        }
    }

    @Test
    void itsExampleIsARequest() {
        JsonNode examples = DOCUMENT.root().at("/components/schemas/ExportRequest/examples");
        assertThat(examples).isNotEmpty();
        examples.forEach(example -> assertThat(DOCUMENT.faults("/components/schemas/ExportRequest", example)).isEmpty());
    }
}
