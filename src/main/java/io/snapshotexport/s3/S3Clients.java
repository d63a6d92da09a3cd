package io.snapshotexport.s3;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The S3 clients: one a region, made when a bucket there is first written to, on one set of connections and one of credentials.
 *
 * <p>Built here and not injected by the Quarkus extension, which is in the build for what the native image needs: its clients are fixed
 * at build time, one region each, and would want a configuration of their own ({@code quarkus.s3.*}) beside ours for the role to
 * assume and the checksums. Built here they also cost nothing in the API role, which never opens a bucket. Thread-safe.
 */
final class S3Clients implements AutoCloseable {

    private static final String ROLE_SESSION_NAME = "snapshot-export";

    private final S3Config config;
    private final S3RequestListener listener;
    private final S3Connections connections;
    private final Optional<StsClient> sts;
    private final AwsCredentialsProvider ownCredentials;
    private final AwsCredentialsProvider credentials;
    private final S3AsyncClient anyRegion;
    private final Map<String, S3AsyncClient> byRegion = new ConcurrentHashMap<>();

    /** @param listener told of every request of every client */
    S3Clients(S3Config config, S3RequestListener listener) {
        this.config = config;
        this.listener = listener;
        ownCredentials = ownCredentials(config);
        sts = config.roleToAssume().map(role -> StsClient.builder()
                .region(Region.of(config.region()))
                .credentialsProvider(ownCredentials)
                .build());
        credentials = sts.<AwsCredentialsProvider>map(client -> assumed(config, client)).orElse(ownCredentials);
        connections = new S3Connections(config);
        // Only Amazon S3 redirects between regions; another endpoint is all there is.
        anyRegion = client(config.region()).crossRegionAccessEnabled(config.endpoint().isEmpty()).build();
    }

    S3Connections connections() {
        return connections;
    }

    /** For questions about a bucket whose region is not known yet. */
    S3AsyncClient anyRegion() {
        return anyRegion;
    }

    /** For writing to a bucket in that region; with an endpoint of its own configured, there is one client for all. */
    S3AsyncClient inRegion(String region) {
        return config.endpoint().isPresent() ? anyRegion : byRegion.computeIfAbsent(region, name -> client(name).build());
    }

    private S3AsyncClientBuilder client(String region) {
        S3AsyncClientBuilder builder = S3AsyncClient.builder()
                .region(Region.of(region))
                .forcePathStyle(config.pathStyle())
                .credentialsProvider(credentials)
                .httpClient(connections.client())
                // The SDK would add checksums as trailers, which some stores refuse. Ours are known beforehand and go as plain headers.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                // What completes a request here never blocks, so that it needs no thread of its own.
                .asyncConfiguration(async -> async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
                .overrideConfiguration(override -> override
                        .apiCallAttemptTimeout(config.attemptTimeout())
                        .apiCallTimeout(config.requestTimeout())
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(config.retries() + 1).build())
                        .addExecutionInterceptor(new WriteGuardInterceptor())
                        .addExecutionInterceptor(new RequestObserver(listener))
                        .addExecutionInterceptor(new AnswerLimit()));
        config.endpoint().ifPresent(builder::endpointOverride);
        return builder;
    }

    private static AwsCredentialsProvider ownCredentials(S3Config config) {
        if (config.accessKeyId().isPresent() != config.secretAccessKey().isPresent()) {
            throw new IllegalArgumentException("snapshot-export.s3.access-key-id and snapshot-export.s3.secret-access-key go together;"
                    + " set both, or neither for the default credential chain");
        }
        return config.accessKeyId().isPresent()
                ? StaticCredentialsProvider.create(AwsBasicCredentials.create(config.accessKeyId().get(), config.secretAccessKey().get()))
                : DefaultCredentialsProvider.builder().build();
    }

    private static StsAssumeRoleCredentialsProvider assumed(S3Config config, StsClient sts) {
        return StsAssumeRoleCredentialsProvider.builder()
                .stsClient(sts)
                .refreshRequest(request -> request
                        .roleArn(config.roleToAssume().get())
                        .roleSessionName(ROLE_SESSION_NAME)
                        .externalId(config.externalId().orElse(null)))
                .build();
    }

    @Override
    public void close() {
        byRegion.values().forEach(S3AsyncClient::close);
        anyRegion.close();
        connections.close();
        closeIfNeeded(credentials);
        closeIfNeeded(ownCredentials);
        sts.ifPresent(StsClient::close);
    }

    private static void closeIfNeeded(AwsCredentialsProvider provider) {
        if (provider instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}
