package io.snapshotexport.s3;

import io.snapshotexport.export.ExportException;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.export.PermanentExportException;
import io.snapshotexport.export.TransientExportException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What went wrong in S3, as one of the two kinds of failure that an export knows. The only place that reads S3's error codes.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">the list of error codes</a>
 */
final class S3Errors {

    /**
     * Refusals that pass, whatever their status: clocks, credentials being renewed, bytes damaged on the way, an upload that somebody
     * else ended, and what S3 may say after it has already answered 200.
     */
    private static final Set<String> PASSING = Set.of("RequestTimeout", "RequestTimeTooSkewed", "RequestExpired", "ExpiredToken",
            "ExpiredTokenException", "TokenRefreshRequired", "NoSuchUpload", "InvalidPart", "InvalidPartOrder",
            "OperationAborted", "InternalError", "ServiceUnavailable",
            "ConditionalRequestConflict", "BadDigest", "IncompleteBody", "XAmzContentSHA256Mismatch",
            "XAmzContentChecksumMismatch", "SlowDown");

    private static final Set<String> WRONG_CREDENTIALS =
            Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidSecurity", "AuthorizationHeaderMalformed");

    private static final Set<String> ACCOUNT = Set.of("AccountProblem", "AllAccessDisabled", "NotSignedUp", "InvalidPayer");

    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9.]{1,64}");

    private S3Errors() {
    }

    /**
     * Turns a failed request into the exception that the rest of the service understands.
     *
     * @param failure what the SDK threw or completed with
     * @param doing   what was being done
     * @return a failure of one of the two kinds; or the exception of the {@link WriteGuard}, untouched, if it was that which refused
     */
    static RuntimeException of(Throwable failure, S3Operation doing) {
        Throwable cause = unwrapped(failure);
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            if (inner instanceof WriteGuardInterceptor.Refusal refusal) {
                return refusal.reason();
            }
            if (inner instanceof ExportException known) {
                return known;
            }
        }
        if (cause instanceof AwsServiceException refused) {
            return ofRefusal(refused, doing);
        }
        if (cause instanceof RuntimeException defect && !(cause instanceof SdkException)) {
            return defect;
        }
        return new TransientExportException("S3 did not answer while the service tried to " + doing.text() + ".", cause);
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whether S3 itself has said that it does not do it. */
    static boolean isAnswer(Throwable failure) {
        return unwrapped(failure) instanceof AwsServiceException;
    }

    /** The same in a word. */
    static S3RequestListener.Outcome outcome(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof AwsServiceException refused) {
            return passing(refused) ? S3RequestListener.Outcome.UNAVAILABLE : S3RequestListener.Outcome.REFUSED;
        }
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            if (inner instanceof WriteGuardInterceptor.Refusal || inner instanceof CancellationException) {
                return S3RequestListener.Outcome.CANCELLED;
            }
        }
        return S3RequestListener.Outcome.NO_ANSWER;
    }

    /** Whether the ACL may be what was refused: ACLs are switched off in the bucket, or not permitted, or the server knows none. */
    static boolean mayBeForTheAcl(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof AwsServiceException refused && !passing(refused)
                && (refused.statusCode() == 403 || refused.statusCode() == 501
                || refused.statusCode() == 400 && code(refused).equals("AccessControlListNotSupported"));
    }

    static boolean isNoSuchUpload(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof AwsServiceException refused && code(refused).equals("NoSuchUpload");
    }

    private static ExportException ofRefusal(AwsServiceException refused, S3Operation doing) {
        String code = code(refused);
        String answer = refused.statusCode() + (code.isEmpty() ? "" : " " + code);
        if (passing(refused)) {
            return new TransientExportException("S3 answered " + answer + " when the service tried to " + doing.text() + ".", refused);
        }
        String bucket = InvalidValueException.shown(doing.bucket());
        String message;
        if (isSts(refused)) {
            message = "The service may not assume its role for writing to S3 (" + answer
                    + "); the operator has to correct the role's trust policy.";
        } else if (code.equals("NoSuchBucket")) {
            message = "The bucket " + bucket + " does not exist; create it, or name another one in `destination`.";
        } else if (WRONG_CREDENTIALS.contains(code)) {
            message = "S3 does not accept the service's own credentials or region for the bucket " + bucket + " (" + answer
                    + "); the operator has to correct them.";
        } else if (ACCOUNT.contains(code)) {
            message = "The AWS account of the bucket " + bucket + " cannot be used (" + answer
                    + "); settle that with AWS, or name another bucket in `destination`.";
        } else if (refused.statusCode() == 403 || refused.statusCode() == 401) {
            message = "S3 does not let the service " + doing.text() + " (" + answer + "); grant it "
                    + doing.permission() + " on `" + doing.resource() + "` in the bucket's policy,"
                    + " and the use of its KMS key if it has one." + (doing.owner() == null ? "" : " The bucket must also belong to the AWS"
                    + " account " + doing.owner() + ", which is what the operator has set for this account's buckets.");
        } else if (refused.statusCode() == 301 || refused.statusCode() == 307) {
            message = "The bucket " + bucket + " lies in another region than it says (" + answer
                    + "); if it was made just now, try again in an hour, otherwise name another one in `destination`.";
        } else if (refused.statusCode() == 501) {
            message = "The server of the bucket " + bucket + " does not know something that is asked of it (501 " + code
                    + "); the operator may have to set `snapshot-export.s3.encryption` to `bucket-default`.";
        } else {
            message = "S3 refused to " + doing.text() + " (" + answer + "); check the bucket's settings,"
                    + " or name another one in `destination`.";
        }
        return new PermanentExportException(message, refused);
    }

    private static boolean passing(AwsServiceException refused) {
        int status = refused.statusCode();
        return PASSING.contains(code(refused)) || refused.isThrottlingException() || refused.isClockSkewException()
                || status == 408 || status == 429 || status >= 500 && status != 501;
    }

    /** Only what looks like one: a server may say anything there, and it is repeated to users. */
    private static String code(AwsServiceException refused) {
        AwsErrorDetails details = refused.awsErrorDetails();
        return details == null || details.errorCode() == null || !CODE.matcher(details.errorCode()).matches() ? "" : details.errorCode();
    }

    private static boolean isSts(AwsServiceException refused) {
        return refused.awsErrorDetails() != null && "Sts".equalsIgnoreCase(refused.awsErrorDetails().serviceName());
    }
}
