/** What lies in {@code deploy/}, held against the code and against what Kubernetes takes. */
package io.snapshotexport.deploy;
