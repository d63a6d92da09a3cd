package io.snapshotexport.api;

import static io.snapshotexport.export.InvalidValueException.shown;

import io.snapshotexport.account.Account;
import io.snapshotexport.account.AccountConfig;
import io.snapshotexport.export.DatabasePath;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Collectors;

/** Whether an account may export a database: by its plan, and by the databases that it was given. */
@ApplicationScoped
class ExportEntitlement {

    private final List<String> exportPlans;

    @Inject
    ExportEntitlement(AccountConfig config) {
        this.exportPlans = List.copyOf(config.exportPlans());
    }

    /** @throws ApiException {@code permission_denied}, naming what is missing */
    void check(Account account, DatabasePath database) {
        if (!exportPlans.contains(account.plan())) {
            throw new ApiException(ErrorCode.PERMISSION_DENIED, "The account `" + account.name() + "` has the plan `" + account.plan()
                    + "`, and exports need " + listed(exportPlans) + "; ask the operator for another plan.");
        }
        // The same whether the database exists or not: nobody learns of what he may not export.
        if (!account.mayExport(database)) {
            throw new ApiException(ErrorCode.PERMISSION_DENIED, "The account `" + account.name() + "` may not export the database "
                    + shown(database.toString()) 
                    + (account.databases().isEmpty() ? ", nor any other" : ", only " + listed(account.databases()))
                    + "; ask the operator to add it.");
        }
    }

    private static String listed(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining("` or `", "`", "`"));
    }
}
