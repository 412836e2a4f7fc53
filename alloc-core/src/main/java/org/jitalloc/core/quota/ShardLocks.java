package org.jitalloc.core.quota;

import java.util.function.IntConsumer;

/** The shards of a target's memory, whose locks guard the usage of owners in them. */
public interface ShardLocks {

  /** {@return the number of shards; it does not grow while owners exist} */
  int shardCount();

  /**
   * Calls an action for each shard, with its number, while the lock of the shard is held.
   *
   * @param action must not take the lock of another shard
   */
  void inEachShard(IntConsumer action);
}
