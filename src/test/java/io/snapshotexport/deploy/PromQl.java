package io.snapshotexport.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which series and labels an expression of PromQL speaks of. Takes it apart, and leaves to Prometheus whether it is one. */
final class PromQl {

    /** In this order: a duration begins like a number, and a string may hold anything. */
    private static final Pattern TOKEN = Pattern.compile("\\s+|(?<string>\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*')|(?<range>\\[[^\\]]*])"
            + "|(?<number>[0-9][0-9a-zA-Z.]*)|(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)|(?<sign>=~|!~|!=|==|<=|>=|[-+*/%^(){},=<>@])");
    private static final Set<String> LABEL_LISTS = Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "atan2", "inf", "nan");

    private final List<Selector> selectors = new ArrayList<>();
    private final Set<String> grouping = new TreeSet<>();

    /** A series that is asked for. */
    record Selector(String series, List<Matching> matchers) {
    }

    /** A condition on a label. */
    record Matching(String label, String operator, String value) {
    }

    private PromQl() {
    }

    /** @throws IllegalArgumentException if there is a character that no expression has, or a series without a name */
    static PromQl parse(String expression) {
        PromQl parsed = new PromQl();
        List<String> tokens = tokens(expression);
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            boolean opens = i + 1 < tokens.size() && tokens.get(i + 1).equals("(");
            if (LABEL_LISTS.contains(token)) {
                for (i += opens ? 2 : 0; opens && !tokens.get(i).equals(")"); i++) {
                    if (!tokens.get(i).equals(",")) {
                        parsed.grouping.add(tokens.get(i));
                    }
                }
            } else if (token.equals("{")) {
                throw new IllegalArgumentException("a series without a name: " + expression);
            } else if (isName(token) && !WORDS.contains(token) && !(opens || isAggregation(tokens, i))) {
                List<Matching> matchers = new ArrayList<>();
                if (i + 1 < tokens.size() && tokens.get(i + 1).equals("{")) {
                    for (i += 2; !tokens.get(i).equals("}"); i += tokens.get(i + 3).equals(",") ? 4 : 3) {
                        String quoted = tokens.get(i + 2);
                        matchers.add(new Matching(tokens.get(i), tokens.get(i + 1), quoted.substring(1, quoted.length() - 1)));
                    }
                }
                parsed.selectors.add(new Selector(token, matchers));
            }
        }
        return parsed;
    }

    /** Such as {@code sum by (le) (...)}. */
    private static boolean isAggregation(List<String> tokens, int i) {
        return i + 1 < tokens.size() && Set.of("by", "without").contains(tokens.get(i + 1));
    }

    private static boolean isName(String token) {
        return token.matches("[a-zA-Z_:].*");
    }

    private static List<String> tokens(String expression) {
        List<String> tokens = new ArrayList<>();
        Matcher token = TOKEN.matcher(expression);
        int at = 0;
        while (at < expression.length()) {
            if (!token.find(at) || token.start() != at) {
                throw new IllegalArgumentException("not understood from `" + expression.substring(at) + "` on");
            }
            at = token.end();
            if (token.group("range") == null && !token.group().isBlank()) {
                tokens.add(token.group());
            }
        }
        return tokens;
    }

    List<Selector> selectors() {
        return selectors;
    }

    /** The labels that results are grouped or matched by. */
    Set<String> grouping() {
        return grouping;
    }
}
