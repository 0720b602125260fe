package dev.holdfast.test;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.KeyValueStore;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.StoreUnavailableException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class KeyValueStateStoreTest extends StateStoreContract {

  private final Map<String, String> values = new ConcurrentHashMap<>();

  @Override
  protected StateStore open() {
    return StateStore.of(KeyValueStore.of(values::get, values::put, values::remove));
  }

  @Test
  @DisplayName("hazard 50, N1: messages, which reach the log, name the module and not the key")
  void messagesNameNoIds() {
    StateKey key = StateKey.session("Cart", "secret-session");
    StateStore broken =
        StateStore.of(
            KeyValueStore.of(
                name -> {
                  throw new IllegalStateException("down");
                },
                values::put,
                values::remove));
    assertThatThrownBy(() -> broken.load(key))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("Cart")
        .hasMessageNotContaining("secret");
    broken.close();
    assertThatThrownBy(() -> broken.load(key))
        .hasMessageContaining("Cart")
        .hasMessageNotContaining("secret");
    StateStore foreign =
        StateStore.of(KeyValueStore.of(name -> "odd", values::put, values::remove));
    assertThatThrownBy(() -> foreign.load(key))
        .isInstanceOf(StateStoreException.class)
        .hasMessageContaining("Cart")
        .hasMessageNotContaining("secret");
  }
}
