package io.snapshotexport.api;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.export.DatabasePath;
import io.snapshotexport.export.Export;
import io.snapshotexport.export.ExportId;
import io.snapshotexport.export.ExportState;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.store.ExportFilter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a client asked to list. Pages are cut by id, so that exports which are added meanwhile neither repeat nor hide others.
 *
 * @param maxResults how many exports a page holds
 */
record ExportListing(ExportFilter filter, int maxResults) {

    private static final int DEFAULT_RESULTS = 16;
    private static final int MOST_RESULTS = 1000;
    private static final String TOKEN_PREFIX = "before:";

    static ExportListing parse(List<String> states, String database, String maxResults, String nextToken) {
        Set<ExportState> wanted = states.stream().map(ExportListing::state).collect(Collectors.toSet());
        Optional<String> path = Optional.ofNullable(database).map(text -> DatabasePath.parse(text).toString());
        return new ExportListing(new ExportFilter(wanted, path, Optional.ofNullable(nextToken).map(ExportListing::olderThan)),
                maxResults == null ? DEFAULT_RESULTS : results(maxResults));
    }

    private static ExportState state(String name) {
        return ExportState.ofWireName(name).orElseThrow(() -> new InvalidValueException("state",
                "`state` is " + shown(name) + "; use `Pending`, `InProgress`, `Complete` or `Failed`."));
    }

    private static int results(String text) {
        if (text.matches("[1-9][0-9]{0,3}") && Integer.parseInt(text) <= MOST_RESULTS) {
            return Integer.parseInt(text);
        }
        throw new InvalidValueException("max_results", "`max_results` is " + shown(text) + "; use a whole number from 1 to " + MOST_RESULTS + ".");
    }

    private static ExportId olderThan(String token) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.startsWith(TOKEN_PREFIX)) {
                return ExportId.parse(text.substring(TOKEN_PREFIX.length())).orElseThrow(IllegalArgumentException::new);
            }
            throw new IllegalArgumentException();
        } catch (IllegalArgumentException notOurs) {
            throw new InvalidValueException("next_token",
                    "`next_token` is " + shown(token) + ", which no list has given; leave it out to begin at the first page.");
        }
    }

    /** @param exports what the store has, asked for one more than a page holds */
    ExportPageBody page(List<Export> exports) {
        boolean more = exports.size() > maxResults;
        List<Export> page = more ? exports.subList(0, maxResults) : exports;
        return new ExportPageBody(page.stream().map(ExportBody::of).toList(), more ? token(page.get(page.size() - 1).id()) : null);
    }

    private static String token(ExportId last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((TOKEN_PREFIX + last).getBytes(StandardCharsets.UTF_8));
    }
}
