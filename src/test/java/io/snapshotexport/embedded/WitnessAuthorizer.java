package io.snapshotexport.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/**
 * Kafka's authorizer, which writes down what it has allowed: a line {@code <principal> <operation> <type of resource> <name>} for the first time
 * of each, in the file of the broker's setting {@value #FILE}. Made by the broker; thread-safe.
 */
public final class WitnessAuthorizer extends StandardAuthorizer {

    static final String FILE = "witness.file";
    /** Of all instances: the broker and the controller have one each. */
    private static final Set<String> ALLOWED = ConcurrentHashMap.newKeySet();

    private Path file;

    @Override
    public void configure(Map<String, ?> configs) {
        super.configure(configs);
        file = Path.of(configs.get(FILE).toString());
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        List<AuthorizationResult> results = super.authorize(context, actions);
        for (int i = 0; i < results.size(); i++) {
            Action action = actions.get(i);
            // Not so where the broker just wants to know what somebody may do.
            if (results.get(i) == AuthorizationResult.ALLOWED && action.logIfAllowed()) {
                write(context.principal() + " " + action.operation() + " " + action.resourcePattern().resourceType() + " "
                        + action.resourcePattern().name());
            }
        }
        return results;
    }

    private void write(String allowed) {
        if (ALLOWED.add(allowed)) {
            try {
                Files.writeString(file, allowed + System.lineSeparator(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
