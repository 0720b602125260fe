package dev.holdfast.save;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A store that answers as a test says, and keeps the ids of each batch. */
final class ScriptedStore implements StateStore {

  /** A store that is not there. */
  static final Function<WriteBatch, List<WriteResult>> AWAY =
      batch -> {
        throw new StoreUnavailableException("away");
      };

  /** The ids of each batch, in order. */
  final List<List<String>> batches = new ArrayList<>();

  /** Answers a batch, or throws. */
  Function<WriteBatch, List<WriteResult>> answers = ScriptedStore::saveAll;

  static List<WriteResult> saveAll(WriteBatch batch) {
    return answerEach(batch, id -> new WriteResult.Saved(Revision.NONE));
  }

  static List<WriteResult> answerEach(WriteBatch batch, Function<String, WriteResult> answer) {
    return ids(batch).stream().map(answer).toList();
  }

  static List<String> ids(WriteBatch batch) {
    return batch.entries().stream().map(entry -> entry.key().id()).toList();
  }

  @Override
  public Optional<StateRecord> load(StateKey key) {
    return Optional.empty();
  }

  @Override
  public List<WriteResult> write(WriteBatch batch) {
    batches.add(ids(batch));
    return answers.apply(batch);
  }

  @Override
  public void close() {}
}
