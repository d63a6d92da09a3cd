package io.snapshotexport.account;

import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Who did what, in the log category {@code audit}: one line an event, always the same keys in the same order, {@code -} where there
 * is nothing to say. Values are cut and escaped, so that none can look like another key or line; secrets are never among them.
 */
public final class AuditLog {

    /** Where what an operator does on the command line comes from. */
    public static final String COMMAND_LINE = "command-line";

    private static final Logger LOG = Logger.getLogger("audit");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:/*,-]{1,200}");
    private static final int MOST_SHOWN = 200;

    private AuditLog() {
    }

    /**
     * Where an event comes from.
     *
     * @param account   whose key was used; null for an operator or somebody unknown
     * @param key       the id of the key
     * @param address   the address, or {@link #COMMAND_LINE}
     * @param requestId the id that is in the answer, too; null on the command line
     */
    public record Origin(String account, String key, String address, String requestId) {
    }

    /**
     * @param action  what was tried, such as {@code export.create}
     * @param target  what it was tried on: an export, a key, an account, an address of the API
     * @param outcome what came of it: {@code ok} or an error code
     */
    public static void write(Origin origin, String action, String target, String outcome) {
        LOG.info("account=" + plain(origin.account()) + " key=" + plain(origin.key()) + " action=" + plain(action)
                + " target=" + plain(target) + " outcome=" + plain(outcome)
                + " from=" + plain(origin.address()) + " requestId=" + plain(origin.requestId()));
    }

    static String plain(String sent) {
        if (sent == null || sent.isEmpty()) {
            return "-";
        }
        String value = AccountKeySecret.redacted(sent);
        if (PLAIN.matcher(value).matches()) {
            return value;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < Math.min(value.length(), MOST_SHOWN); i++) {
            char c = value.charAt(i);
            plain.append(PLAIN.matcher(String.valueOf(c)).matches() ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return plain.append(value.length() > MOST_SHOWN ? "..." : "").toString();
    }
}
