package io.snapshotexport.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.snapshotexport.deploy.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {

    @Test
    void takesOptionsBeforeAndBehindTheSubjectAndWithAnEqualsSign() {
        CommandLine line = CommandLine.parse(List.of("account", "create", "--database", "us-std/a", "acme", "--plan=free", "--database=us-std/a/**"));

        assertThat(line.command()).isEqualTo(CommandLine.Command.ACCOUNT_CREATE);
        assertThat(line.subject()).isEqualTo("acme");
        assertThat(line.option("plan")).contains("free");
        assertThat(line.all("database")).containsExactly("us-std/a", "us-std/a/**");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "serve                                            | no command `serve`",
        "key                                              | no command `key`",
        "key destroy x                                    | no command",
        "account create                                   | needs one NAME",
        "account create a b                               | not `a b`",
        "account create a --plan                          | `--plan` needs a value",
        "account create a --plan x --plan y               | `--plan` is given twice",
        "account create a --databases x                   | no option `--databases`",
        "key create a --role owner                        | needs `--name`",
        "key create a --name n                            | needs `--role`",
        "store rebuild now                                | takes nothing more, not `now`",
        "store                                            | no command `store`",
        "key revoke -x                                    | no option `-x`",
        "key list a --role owner                          | no option `--role`",
        "bucket-policy                                    | needs one BUCKET",
        "bucket-policy b --no-acl=true                    | `--no-acl` takes no value",
        "key list a --no-acl                              | no option `--no-acl`"})
    void saysWhatIsWrong(String typed, String why) {
        assertThatThrownBy(() -> CommandLine.parse(List.of(typed.trim().split(" +")))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why).hasMessageContaining("--help");
    }

    @Test
    void takesACommandWithoutASubject() {
        assertThat(CommandLine.parse(List.of("store", "migrate")).command()).isEqualTo(CommandLine.Command.STORE_MIGRATE);
        assertThat(CommandLine.parse(List.of("store", "migrate", "--api-role=api", "--scaling-role", "scaling")).option("scaling-role"))
                .contains("scaling");
        assertThat(CommandLine.parse(List.of("store", "rebuild")).command()).isEqualTo(CommandLine.Command.STORE_REBUILD);
    }

    @Test
    void takesACommandOfOneWordAndAnOptionWithoutAValue() {
        CommandLine line = CommandLine.parse(List.of("bucket-policy", "--no-acl", "your-bucket"));

        assertThat(line.command()).isEqualTo(CommandLine.Command.BUCKET_POLICY);
        assertThat(line.subject()).isEqualTo("your-bucket");
        assertThat(line.has(CommandLine.NO_ACL)).isTrue();
    }

    /** On the pages: {@code java -jar quarkus-run.jar COMMAND}, {@code sx COMMAND}, {@code docker run ... IMAGE COMMAND}. */
    @Test
    void takesEveryCommandOfThePages() throws IOException {
        List<String> typed = new ArrayList<>();
        for (Path page : Pages.all()) {
            Pattern.compile("(?:quarkus-run\\.jar|\\bsx|IMAGE) ([a-z-]+ [^\n`#)]*)").matcher(Files.readString(page)).results()
                    .map(found -> found.group(1).strip()).forEach(typed::add);
        }

        assertThat(typed).hasSizeGreaterThan(8).allSatisfy(command ->
                assertThat(CommandLine.parse(List.of(command.replace("'", "").replace("\"", "").split(" +")))).as(command).isNotNull());
    }

    @ParameterizedTest
    @CsvSource({"--help", "-h", "help", "account create --help"})
    void helps(String typed) {
        assertThat(CommandLine.parse(List.of(typed.split(" "))).command()).isEqualTo(CommandLine.Command.HELP);
        assertThat(CommandLine.help())
                .contains("account create", "key create", "key list", "key revoke", "store migrate", "store rebuild", "bucket-policy");
    }
}
