package io.snapshotexport.api;

import static io.snapshotexport.export.InvalidValueException.shown;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.snapshotexport.account.KeyIssue;
import io.snapshotexport.account.Role;
import io.snapshotexport.export.InvalidValueException;
import io.snapshotexport.messaging.RequestJson;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What somebody wants a new key to be.
 *
 * @param ttlDays after how many days it ends by itself
 */
record KeyRequest(String name, Role role, OptionalLong ttlDays) {

    static final String FIELDS = "`name` and `role`";

    /** @throws InvalidValueException naming the field, the value and the remedy */
    static KeyRequest read(ObjectNode body) {
        RequestJson.refuseUnknown(body, "", Set.of("name", "role", "ttl_days"));
        String name = RequestJson.text(body, "name", "name", "such as `backup job`");
        String role = RequestJson.text(body, "role", "role", "such as `developer`");
        return new KeyRequest(name, Role.ofWireName(role).orElseThrow(() -> new InvalidValueException("role",
                "`role` is " + shown(role) + "; use one of " + Role.wireNames() + ".")), ttlDays(body.get("ttl_days")));
    }

    private static OptionalLong ttlDays(JsonNode value) {
        if (value == null) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new InvalidValueException("ttl_days", "`ttl_days` is " + RequestJson.kindOf(value) + "; send a whole number from 1 to "
                    + KeyIssue.MAX_TTL_DAYS + ", or leave it out for a key that does not end by itself.");
        }
        return OptionalLong.of(value.longValue());
    }
}
