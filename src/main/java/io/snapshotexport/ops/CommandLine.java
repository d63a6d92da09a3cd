package io.snapshotexport.ops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an operator typed.
 *
 * @param command which command
 * @param subject the name or id that it is about; empty where there is none
 * @param options what was given behind {@code --name}, in order
 */
record CommandLine(Command command, String subject, Map<String, List<String>> options) {

    private static final String HELP = """
            usage: snapshot-export                      run the service
                   snapshot-export COMMAND              run one command, and end

              account create NAME [--plan PLAN] [--database PATTERN]...
                  PLAN: the first of snapshot-export.account.export-plans if not given.
                  PATTERN: us-std/acme, us-std/acme/** (everything below it), us-std/** or **;
                  the first account may export ** if not given, every other needs at least one.
              key create ACCOUNT --name NAME --role ROLE [--ttl-days DAYS]
                  ROLE: owner, admin, developer or viewer. Prints the secret, once.
              key list ACCOUNT
                  Prints id, name, role, created, expires, last used, revoked; tab-separated, - for none.
              key revoke ID
              store migrate [--api-role ROLE] [--scaling-role ROLE]
                  Brings the schema up to date, which every command and the API do by themselves: for where the API's user may not.
                  Run by the store's owner, it gives these roles of PostgreSQL what the API, and what counts exports for scaling, need.
              store rebuild
                  Lets the API processes read all exports from Kafka again when they start: into an empty store, or one
                  that was restored from a backup. They must be stopped meanwhile. Accounts and keys are not in Kafka.
              bucket-policy BUCKET [--no-acl]
                  Prints the policy that the bucket needs, for the role snapshot-export.bucket-policy.role;
                  --no-acl where ACLs are disabled on the bucket. Needs no store.

            The store, Kafka and the key pepper are configured as for the service. Exit code 0: done;
            1: refused or failed, see standard error; 2: not a command.""";

    /** Takes no value. */
    static final String NO_ACL = "no-acl";

    enum Command {
        ACCOUNT_CREATE("account create", "NAME", Set.of("plan", "database"), Set.of()),
        KEY_CREATE("key create", "ACCOUNT", Set.of("name", "role", "ttl-days"), Set.of("name", "role")),
        KEY_LIST("key list", "ACCOUNT", Set.of(), Set.of()),
        KEY_REVOKE("key revoke", "ID", Set.of(), Set.of()),
        STORE_MIGRATE("store migrate", "", Set.of("api-role", "scaling-role"), Set.of()),
        STORE_REBUILD("store rebuild", "", Set.of(), Set.of()),
        BUCKET_POLICY("bucket-policy", "BUCKET", Set.of(NO_ACL), Set.of()),
        HELP("--help", "", Set.of(), Set.of());

        private final String words;
        private final String subject;
        private final Set<String> options;
        private final Set<String> required;

        Command(String words, String subject, Set<String> options, Set<String> required) {
            this.words = words;
            this.subject = subject;
            this.options = options;
            this.required = required;
        }

        private static Optional<Command> of(List<String> arguments) {
            for (Command command : values()) {
                int length = command.length();
                if (command != HELP && length <= arguments.size() && command.words.equals(String.join(" ", arguments.subList(0, length)))) {
                    return Optional.of(command);
                }
            }
            return Optional.empty();
        }

        private int length() {
            return words.split(" ").length;
        }
    }

    /** @throws IllegalArgumentException if it is no command; the message says why and how to get help */
    static CommandLine parse(List<String> arguments) {
        if (arguments.contains("--help") || arguments.contains("-h") || arguments.get(0).equals("help")) {
            return new CommandLine(Command.HELP, "", Map.of());
        }
        Command command = Command.of(arguments).orElseThrow(() -> wrong("there is no command `" + String.join(" ", arguments) + "`"));
        List<String> subjects = new ArrayList<>();
        Map<String, List<String>> options = new HashMap<>();
        for (int i = command.length(); i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("-")) {
                subjects.add(argument);
                continue;
            }
            int equals = argument.indexOf('=');
            String name = argument.substring(argument.startsWith("--") ? 2 : 1, equals < 0 ? argument.length() : equals);
            if (!argument.startsWith("--") || !command.options.contains(name)) {
                throw wrong("`" + command.words + "` has no option `" + argument + "`");
            }
            if (name.equals(NO_ACL)) {
                if (equals >= 0) {
                    throw wrong("`--" + name + "` takes no value");
                }
                options.put(name, List.of());
                continue;
            }
            if (equals < 0 && ++i == arguments.size()) {
                throw wrong("`" + argument + "` needs a value");
            }
            List<String> values = options.computeIfAbsent(name, first -> new ArrayList<>());
            values.add(equals < 0 ? arguments.get(i) : argument.substring(equals + 1));
            if (values.size() > 1 && !name.equals("database")) {
                throw wrong("`--" + name + "` is given twice");
            }
        }
        if (command.subject.isEmpty() && !subjects.isEmpty()) {
            throw wrong("`" + command.words + "` takes nothing more, not `" + String.join(" ", subjects) + "`");
        }
        if (!command.subject.isEmpty() && subjects.size() != 1) {
            throw wrong("`" + command.words + "` needs one " + command.subject
                    + (subjects.isEmpty() ? "" : ", not `" + String.join(" ", subjects) + "`"));
        }
        command.required.stream().filter(name -> !options.containsKey(name)).sorted().findFirst().ifPresent(name -> {
            throw wrong("`" + command.words + "` needs `--" + name + "`");
        });
        return new CommandLine(command, String.join("", subjects), options);
    }

    private static IllegalArgumentException wrong(String why) {
        return new IllegalArgumentException("snapshot-export: " + why + "; --help lists the commands.");
    }

    static String help() {
        return HELP;
    }

    Optional<String> option(String name) {
        return all(name).stream().findFirst();
    }

    boolean has(String name) {
        return options.containsKey(name);
    }

    List<String> all(String name) {
        return options.getOrDefault(name, List.of());
    }
}
