package io.snapshotexport.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What one would do without this service, with PostgreSQL's own programs, one table after the other over one connection. */
final class ByHand {

    private static final Pattern MAJOR_VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)", Pattern.CASE_INSENSITIVE);
    /** Of the embedded server. */
    private static final int SERVER_VERSION = 17;
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final List<String> SHOP = List.of("Order", "OrderEvent", "Customer", "Product");

    private final BenchSystem system;
    private final Report report;
    private final BareRuns bare;

    ByHand(BenchSystem system, Report report, String heap) {
        this.system = system;
        this.report = report;
        this.bare = new BareRuns(system, heap);
    }

    void run(BenchDatabase database) {
        String connection = "PGPASSWORD=" + system.postgresPassword();
        String server = " -h 127.0.0.1 -p " + system.postgresPort() + " -U " + system.postgresUser();
        // psql talks to every server; pg_dump refuses servers of a later version than its own.
        program("psql", 0).ifPresentOrElse(
                psql -> report.line(database.name(), 1, "by hand: psql, COPY row_to_json, piped to an upload",
                        bare.piped(connection + " " + psql + server + " -q -d " + database.name() + tables(database))),
                () -> report.note("by hand: no psql was found"));
        program("pg_dump", SERVER_VERSION).ifPresentOrElse(
                dump -> report.line(database.name(), 1, "by hand: pg_dump, piped to an upload",
                        bare.piped(connection + " " + dump + server + " --schema=public " + database.name())),
                () -> report.note("by hand: no pg_dump of version " + SERVER_VERSION + " or later was found, which this server needs"));
    }

    private static String tables(BenchDatabase database) {
        List<String> tables = database.name().endsWith("wide") ? List.of("Wide") : SHOP;
        StringBuilder commands = new StringBuilder();
        tables.forEach(table -> commands.append(" -c 'COPY (SELECT row_to_json(t) FROM \"").append(table).append("\" t) TO STDOUT'"));
        return commands.toString();
    }

    private static Optional<Path> program(String name, int version) {
        Stream<Path> path = Stream.of(System.getenv("PATH").split(":")).map(Path::of);
        return Stream.concat(path, debian()).map(directory -> directory.resolve(name))
                .filter(Files::isExecutable).filter(file -> version(file) >= version).findFirst();
    }

    private static Stream<Path> debian() {
        try (Stream<Path> versions = Files.exists(DEBIAN) ? Files.list(DEBIAN) : Stream.of()) {
            return versions.map(each -> each.resolve("bin")).toList().stream();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int version(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
            Matcher version = MAJOR_VERSION.matcher(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            return version.find() ? Integer.parseInt(version.group(1)) : -1;
        } catch (IOException notOfThisMachine) {
            return -1;
        }
    }
}
