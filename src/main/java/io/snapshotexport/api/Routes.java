package io.snapshotexport.api;

import java.util.List;
import java.util.Set;

/** The addresses of the API, as its document writes them. What clients send is cut down to them, so that nobody can make up new ones. */
final class Routes {

    static final List<String> ALL = List.of("/v2/exports", "/v2/exports/{id}", "/v2/account/keys", "/v2/account/keys/{id}",
            "/v2/bucket-policy", "/api/v1/session/refresh", "/openapi", "/asyncapi");
    static final String OTHER = "other";
    private static final Set<String> METHODS = Set.of("GET", "POST", "DELETE", "HEAD", "OPTIONS");
    private static final String ID = "{id}";

    private Routes() {
    }

    /** @param path without the query; null if there is none */
    static String route(String path) {
        if (path == null) {
            return OTHER;
        }
        for (String route : ALL) {
            if (isAt(path, route)) {
                return route;
            }
        }
        return OTHER;
    }

    private static boolean isAt(String path, String route) {
        if (!route.endsWith(ID)) {
            return path.equals(route);
        }
        int prefix = route.length() - ID.length();
        return path.length() > prefix && path.startsWith(route.substring(0, prefix)) && path.indexOf('/', prefix) < 0;
    }

    static String method(String method) {
        return METHODS.contains(method) ? method : OTHER;
    }
}
