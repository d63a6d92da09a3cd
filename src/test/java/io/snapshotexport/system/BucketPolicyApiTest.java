package io.snapshotexport.system;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(SystemResource.class)
class BucketPolicyApiTest {

    private static final String POLICY = "/v2/bucket-policy";

    TestSystem system;

    @ParameterizedTest
    @CsvSource({"'',2", "&acl=true,2", "&acl=false,1"})
    void tellsWhatABucketHasToGrant(String acl, int statements) {
        system.asUser().get(POLICY + "?bucket=your-bucket" + acl).then().statusCode(200)
                .body("response.Version", equalTo("2012-10-17"))
                .body("response.Statement", hasSize(statements))
                .body("response.Statement[0].Principal.AWS", equalTo(SystemResource.BUCKET_ROLE))
                .body("response.Statement[0].Resource[1]", equalTo("arn:aws:s3:::your-bucket/*"));
    }

    @ParameterizedTest
    @CsvSource({"'',`bucket` is missing", "?bucket=Your_Bucket,`Your_Bucket`", "?bucket=your-bucket&acl=maybe,`maybe`"})
    void saysWhatIsWrongWithTheRequest(String query, String why) {
        system.asUser().get(POLICY + query).then().statusCode(400).body("error.message", containsString(why));
    }

    @Test
    void isForKnownCallersOnly() {
        Tenants.as("nobody").get(POLICY + "?bucket=your-bucket").then().statusCode(401);
    }
}
