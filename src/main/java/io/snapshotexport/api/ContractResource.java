package io.snapshotexport.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** {@code /openapi} and {@code /asyncapi}: what this API and the Kafka topics promise. Tests hold code and documents together. */
@Path("/")
@Produces("application/yaml")
public class ContractResource {

    private final byte[] openApi = read("openapi.yaml");
    private final byte[] asyncApi = read("asyncapi.yaml");

    @GET
    @Path("openapi")
    public byte[] openApi() {
        return openApi;
    }

    @GET
    @Path("asyncapi")
    public byte[] asyncApi() {
        return asyncApi;
    }

    /** Registered for the native executable by {@code quarkus.native.resources.includes}. */
    private static byte[] read(String name) {
        try (InputStream document = Thread.currentThread().getContextClassLoader().getResourceAsStream("META-INF/" + name)) {
            if (document == null) {
                throw new IllegalStateException("the artifact has no META-INF/" + name);
            }
            return document.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
