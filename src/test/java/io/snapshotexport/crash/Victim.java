package io.snapshotexport.crash;

/**
 * A process, or a server of several, that things are done to.
 *
 * @param kill       SIGKILL; returns when it is gone
 * @param startAgain with the same data and the same ports; returns when it is ready
 * @param pause      SIGSTOP
 * @param resume     SIGCONT
 */
record Victim(String name, Runnable kill, Runnable startAgain, Runnable pause, Runnable resume) {

    /** {@code worker} of {@code worker-2}. */
    String role() {
        return name.replaceFirst("-\\d+$", "");
    }
}
