package io.snapshotexport.ops;

import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;

/** The program: without arguments the service, with arguments one {@link OperatorCommands command} of the operator's. */
@QuarkusMain
public final class SnapshotExport {

    /** What keeps a command from being a service: no role, no HTTP port, and a standard output that has the command's answer alone. */
    private static final Map<String, String> COMMAND_SETTINGS = Map.ofEntries(
            Map.entry("snapshot-export.role.api", "false"),
            Map.entry("snapshot-export.role.worker", "false"),
            Map.entry("quarkus.hibernate-orm.active", "true"),
            Map.entry("quarkus.http.host-enabled", "false"),
            Map.entry("quarkus.shutdown.timeout", "1s"),
            Map.entry("quarkus.shutdown.delay", "0s"),
            Map.entry("quarkus.log.console.stderr", "true"),
            Map.entry("quarkus.log.console.json.enabled", "false"),
            Map.entry("quarkus.otel.sdk.disabled", "true"),
            Map.entry("quarkus.log.level", "ERROR"),
            Map.entry("quarkus.log.category.\"audit\".level", "INFO"));

    private SnapshotExport() {
    }

    public static void main(String... arguments) {
        if (arguments.length == 0) {
            Quarkus.run(arguments);
            return;
        }
        try {
            // Before anything is started: what was typed wrongly should not take seconds to be said.
            if (CommandLine.parse(List.of(arguments)).command() == CommandLine.Command.HELP) {
                System.out.println(CommandLine.help());
                return;
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(OperatorCommands.USAGE_ERROR);
        }
        // As system properties they rank above everything that the operator has configured for the service.
        COMMAND_SETTINGS.forEach(System::setProperty);
        Quarkus.run(Command.class, arguments);
    }

    /** Runs the command inside the started program. */
    @ApplicationScoped
    @Unremovable
    static class Command implements QuarkusApplication {

        private final OperatorCommands commands;

        @Inject
        Command(OperatorCommands commands) {
            this.commands = commands;
        }

        @Override
        public int run(String... arguments) {
            return commands.run(List.of(arguments), System.out, System.err);
        }
    }
}
