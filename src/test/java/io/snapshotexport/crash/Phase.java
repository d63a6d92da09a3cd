package io.snapshotexport.crash;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A moment in the life of an export, as the traffic shows it: which request, on which ways, and what must be true of the world then. */
enum Phase {

    BEFORE_PUBLISH("before the publish", false) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.request(produces(path));
        }

        @Override
        void check(String path, Evidence world) {
            world.recordsOf(path, 0);
        }
    },
    PUBLISHED("after the publish, before the store", false) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.answer(produces(path));
        }

        @Override
        void check(String path, Evidence world) {
            world.isNotStored(path);
            world.recordsOf(path, 1);
        }
    },
    BEING_ACCEPTED("accepted, not confirmed", false) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.answer(message -> message.is("ShareAcknowledge") && message.contains(world.requestsTopic()));
        }

        @Override
        void check(String path, Evidence world) {
            world.statesOf(path, 0);
        }
    },
    ACCEPTED("after the accept, before the first report", false) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.request(reports(path, "\"sequence\":1,"));
        }

        @Override
        void check(String path, Evidence world) {
            world.statesOf(path, 0);
        }
    },
    LANE("in a lane", true) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.answer(message -> message.is("PUT /exports/" + path + "/collections/Ballast") && message.contains("partNumber=1"));
        }

        @Override
        void check(String path, Evidence world) {
            world.isCopying();
            world.hasNoManifest(path);
        }
    },
    UPLOAD("in a multipart upload", true) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.request(message -> message.is("PUT /exports/" + path + "/collections/Ballast") && message.contains("partNumber="));
        }

        @Override
        void check(String path, Evidence world) {
            world.hasNoManifest(path);
            world.hasOpenUpload(path);
        }
    },
    BEFORE_MANIFEST("before the manifest", false) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.request(writesManifest(path));
        }

        @Override
        void check(String path, Evidence world) {
            world.hasFiles(path);
            world.hasNoManifest(path);
        }
    },
    MANIFEST_WRITTEN("after the manifest, before the worker knows", false) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.answer(writesManifest(path));
        }

        @Override
        void check(String path, Evidence world) {
            world.hasManifest(path);
            world.isNotReported(path, "Complete");
        }
    },
    BEFORE_EVENT("after the manifest, before the terminal event", false) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.request(reportsComplete(path));
        }

        @Override
        void check(String path, Evidence world) {
            world.hasManifest(path);
            world.isNotReported(path, "Complete");
        }
    },
    EVENT_WRITTEN("after the terminal event, before its acknowledgement", false) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.answer(reportsComplete(path));
        }

        @Override
        void check(String path, Evidence world) {
            world.isReported(path, "Complete");
        }
    },
    PROJECTING("while the store takes the terminal event", false) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.request(message -> message.contains(path) && message.contains("Complete"));
        }

        @Override
        void check(String path, Evidence world) {
            world.isReported(path, "Complete");
        }
    },
    HANDING_ON("while a worker hands on", false) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.request(handsOut(path));
        }

        @Override
        void check(String path, Evidence world) {
            world.retriesOf(path, 0);
        }
    },
    HANDED_ON("handed on by a worker, not acknowledged", false) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.answer(handsOut(path));
        }

        @Override
        void check(String path, Evidence world) {
            world.retriesOf(path, 1);
        }
    },
    WATCHDOG("while the watchdog hands out again", false) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.request(handsOut(path));
        }

        @Override
        void check(String path, Evidence world) {
            world.retriesOf(path, 0);
        }
    },
    WATCHDOG_DONE("handed out again by the watchdog, not acknowledged", false) {
        @Override
        Trap trap(String path, Evidence world) {
            return Trap.answer(handsOut(path));
        }

        @Override
        void check(String path, Evidence world) {
            world.retriesOf(path, 1);
        }
    };

    private final String title;
    private final boolean large;

    Phase(String title, boolean large) {
        this.title = title;
        this.large = large;
    }

    abstract Trap trap(String path, Evidence world);

    /** That the trap has sprung in the moment that the title names. */
    abstract void check(String path, Evidence world);

    String title() {
        return title;
    }

    /** Whose traffic shows it. */
    Collection<FaultProxy> ways(CrashSystem system) {
        Function<CrashSystem, Collection<FaultProxy>> ways = switch (this) {
            case BEFORE_PUBLISH, PUBLISHED, WATCHDOG, WATCHDOG_DONE -> all -> all.kafkaWays("api");
            case LANE, UPLOAD, BEFORE_MANIFEST, MANIFEST_WRITTEN -> CrashSystem::s3Ways;
            case PROJECTING -> CrashSystem::storeWays;
            default -> all -> all.kafkaWays("worker");
        };
        return ways.apply(system);
    }

    List<String> collections() {
        return large ? Stream.concat(Ledger.BOOKS.stream(), Stream.of(Ledger.BALLAST)).toList() : Ledger.BOOKS;
    }

    private static Predicate<Message> produces(String path) {
        return message -> message.is("Produce") && message.contains(path + "\"");
    }

    private static Predicate<Message> reportsComplete(String path) {
        return reports(path, "\"state\":\"Complete\"");
    }

    /** Of that export: a worker's reports on others may be in the same request. Each begins with its state. */
    private static Predicate<Message> reports(String path, String text) {
        return message -> produces(path).test(message) && Stream.of(message.text().split("(?=\"state\":)"))
                .anyMatch(report -> report.contains(text) && report.contains(path + "\""));
    }

    /** Only records of export-retries have this header. */
    private static Predicate<Message> handsOut(String path) {
        return message -> produces(path).test(message) && message.contains("export-id");
    }

    private static Predicate<Message> writesManifest(String path) {
        return message -> message.is("PUT /exports/" + path + "/manifest.json");
    }
}
