package dev.holdfast.sqlite;

import java.time.Duration;

/**
 * What a store does not ask its users.
 *
 * @param leaseWait how long opening waits for another runtime to give the file back
 * @param lockWait how long a commit waits for a lock of another program, such as {@code sqlite3}
 * @param readers how many loads and listings may read at once
 * @param maxContent the most bytes of one record's content; larger ones are rejected
 */
record Settings(Duration leaseWait, Duration lockWait, int readers, int maxContent) {

  static final Settings DEFAULT =
      new Settings(Duration.ofSeconds(10), Duration.ofSeconds(5), 4, 512 << 20);

  Settings withLeaseWait(Duration wait) {
    return new Settings(wait, lockWait, readers, maxContent);
  }

  Settings withLockWait(Duration wait) {
    return new Settings(leaseWait, wait, readers, maxContent);
  }

  Settings withMaxContent(int bytes) {
    return new Settings(leaseWait, lockWait, readers, bytes);
  }
}
