package io.snapshotexport.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PromQlTest {

    private static List<String> series(String expression) {
        return PromQl.parse(expression).selectors().stream().map(PromQl.Selector::series).toList();
    }

    @Test
    void findsTheSeriesAmongFunctionsAggregationsAndWords() {
        assertThat(series("sum by (le, pod) (rate(a_bucket{x=\"1\"}[5m])) / on(pod) group_left max(b) > bool 0.5 and c offset 5m unless d or inf"))
                .containsExactly("a_bucket", "b", "c", "d");
        assertThat(series("histogram_quantile(0.99, sum(rate(a_bucket[$__rate_interval])) by (le))")).containsExactly("a_bucket");
        assertThat(series("a")).containsExactly("a");
    }

    @Test
    void findsTheConditionsOfASeries() {
        assertThat(PromQl.parse("a{x=\"1, } b\", y!~'c|d',} > e{}").selectors()).containsExactly(
                new PromQl.Selector("a", List.of(new PromQl.Matching("x", "=", "1, } b"), new PromQl.Matching("y", "!~", "c|d"))),
                new PromQl.Selector("e", List.of()));
    }

    @Test
    void findsWhatIsGroupedBy() {
        assertThat(PromQl.parse("sum by (le, pod) (a) * on (x) group_right (y) b without_this").grouping()).containsExactly("le", "pod", "x", "y");
        assertThat(series("max without (pod) (a)")).containsExactly("a");
    }

    @Test
    void refusesWhatItCannotJudge() {
        assertThatThrownBy(() -> PromQl.parse("{__name__=~\"a.*\"}")).hasMessageContaining("without a name");
        assertThatThrownBy(() -> PromQl.parse("a ? b")).hasMessageContaining("`? b`");
    }
}
