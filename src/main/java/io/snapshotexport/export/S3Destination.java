package io.snapshotexport.export;

import static io.snapshotexport.export.InvalidValueException.shown;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The bucket and the path in it that an export is written to.
 *
 * @param bucket a name by the S3 bucket naming rules
 * @param path   the path as the client wrote it; one leading and one trailing slash are no part of the keys
 */
public record S3Destination(String bucket, String path) {

    /** S3 keys have at most 1,024 bytes; ours add {@code /collections/<C>/<C>_00_000000.jsonl.gz}, a name being at most 189 bytes when escaped. */
    public static final int MAX_PATH_BYTES = 1024 - 411;

    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern IP_ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");
    /** Names of S3 that are no buckets, or that the SDK sends elsewhere: access points, directory and table buckets, other alphabets. */
    private static final List<String> RESERVED_PREFIXES = List.of("xn--", "sthree-");
    private static final List<String> RESERVED_SUFFIXES = List.of("-s3alias", "--ol-s3", "--op-s3", "--x-s3", "--xa-s3", "--table-s3", ".mrap");
    private static final String URI_SCHEME = "s3://";

    public S3Destination {
        checkBucket("destination.s3.bucket", bucket);
        checkPath(path);
    }

    /** @throws InvalidValueException if the text is not {@code s3://bucket/path} */
    public static S3Destination parse(String uri) {
        int slash = uri.startsWith(URI_SCHEME) ? uri.indexOf('/', URI_SCHEME.length()) : -1;
        if (slash < 0) {
            throw new InvalidValueException("destination", "`destination` is " + shown(uri)
                    + ", but a destination is `s3://bucket/path` or {\"s3\":{\"bucket\":\"...\",\"path\":\"...\"}}.");
        }
        return new S3Destination(uri.substring(URI_SCHEME.length(), slash), uri.substring(slash + 1));
    }

    /**
     * @param field the name of the field as the client wrote it
     * @throws InvalidValueException if it is no name by the S3 bucket naming rules
     */
    public static void checkBucket(String field, String bucket) {
        if (!BUCKET.matcher(bucket).matches() || bucket.contains("..") || IP_ADDRESS.matcher(bucket).matches()
                || RESERVED_PREFIXES.stream().anyMatch(bucket::startsWith) || RESERVED_SUFFIXES.stream().anyMatch(bucket::endsWith)) {
            throw new InvalidValueException(field, "`" + field + "` is " + shown(bucket)
                    + ", which is no S3 bucket name; use 3 to 63 lowercase letters, digits, `.` and `-`,"
                    + " beginning and ending with a letter or digit.");
        }
    }

    private static void checkPath(String path) {
        String prefix = withoutOuterSlashes(path);
        String why = null;
        if (prefix.isEmpty()) {
            why = "is empty";
        } else if (Names.hasUnprintable(prefix)) {
            why = "has a control character or half a surrogate pair";
        } else if (prefix.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            why = "is longer than " + MAX_PATH_BYTES + " bytes";
        } else {
            for (String segment : prefix.split("/", -1)) {
                if (segment.isEmpty()) {
                    why = "has an empty segment (`//`)";
                } else if (segment.equals(".") || segment.equals("..")) {
                    why = "has the segment `" + segment + "`";
                }
            }
        }
        if (why != null) {
            throw new InvalidValueException("destination.s3.path", "`destination.s3.path` is " + shown(path) + ", which " + why
                    + "; use a path such as `exports/my_db/2099-12-31`.");
        }
    }

    private static String withoutOuterSlashes(String path) {
        int start = path.startsWith("/") ? 1 : 0;
        int end = path.length() > start && path.endsWith("/") ? path.length() - 1 : path.length();
        return path.substring(start, end);
    }

    /** The beginning of every key of the export, without a slash at either end. */
    public String keyPrefix() {
        return withoutOuterSlashes(path);
    }

    /** {@code s3://bucket/path}; a leading slash of the path is not doubled. */
    public String uri() {
        return URI_SCHEME + bucket + (path.startsWith("/") ? "" : "/") + path;
    }
}
