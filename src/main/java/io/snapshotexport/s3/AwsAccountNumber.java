package io.snapshotexport.s3;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.Converter;

/** Lets a process start only with numbers that an AWS account can have: with any other, S3 would refuse every export of the account. */
@RegisterForReflection
public final class AwsAccountNumber implements Converter<String> {

    private static final long serialVersionUID = 1;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{12}");

    @Override
    public String convert(String value) {
        String number = value.strip();
        if (!NUMBER.matcher(number).matches()) {
            throw new IllegalArgumentException("`" + number + "` is no AWS account; write its number, 12 digits");
        }
        return number;
    }
}
