package dev.holdfast.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused when a module is defined, and how. */
@NullMarked
final class StateCodecDefinitionTest {

  interface Unsealed {}

  abstract static class Abstract {}

  static final class NeedsArguments {
    int a;

    NeedsArguments(Thread notAProperty, int a) {
      this.a = a;
    }
  }

  @SuppressWarnings("ClassCanBeStatic") // this is what is refused
  final class Inner {
    int a;
  }

  record Bad<T>(int fine, List<Map<String, T>> things) {}

  static final class Fields {
    @Nullable Runnable runnable;
  }

  static final class Broken {
    transient @Nullable Lock lock;
    @JsonIgnore @Nullable Thread thread;
    static final Object SHARED = new Object();
    int kept;
  }

  @SuppressWarnings("rawtypes") // this is what is refused
  record Raw(List list) {}

  private static void refused(Type type, Supplier<?> initial, String... parts) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StateCodec.of(type, initial))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @Nested
  final class Types {

    @ParameterizedTest
    @ValueSource(
        classes = {
          Runnable.class,
          Stream.class,
          Thread.class,
          InputStream.class,
          Reader.class,
          Lock.class,
          Executor.class,
          Future.class,
          Class.class,
          Object.class,
          Number.class,
          CharSequence.class,
          Comparable.class,
          Unsealed.class,
          Abstract.class,
          NeedsArguments.class,
          Inner.class
        })
    @DisplayName("hazard 33, S7: what is no data is refused with path and type")
    void whatIsNotDataIsRefusedWithPathAndType(Class<?> type) {
      Type bad = generic(Bad.class, type);
      refused(bad, () -> new Bad<>(1, List.of()), "\"things[][]\"", type.getName());
    }

    @Test
    void fieldsOfClassesAreNamed() {
      refused(Fields.class, Fields::new, "\"runnable\"", "java.lang.Runnable");
    }

    @Test
    void transientIgnoredAndStaticFieldsMayBeAnything() {
      assertThat(StateCodec.of(Broken.class, Broken::new).initial()).isNotNull();
    }

    @Test
    void openTypeArgumentsAreRefused() {
      record Wild(List<? extends Number> numbers) {}
      refused(Wild.class, () -> new Wild(List.of()), "\"numbers\"", "wildcard");
      record Untyped(List<Object> list) {}
      refused(Untyped.class, () -> new Untyped(List.of()), "\"list[]\"", "java.lang.Object");
      refused(Raw.class, () -> new Raw(List.of()), "list");
      refused(Bad.class, () -> new Bad<>(1, List.of()), "raw");
    }

    @Test
    void optionalsOfOptionalsAndKeysThatAreNoTextAreRefused() {
      record Twice(Optional<Optional<String>> o) {}
      refused(Twice.class, () -> new Twice(Optional.empty()), "\"o\"");
      record Keys(Map<List<String>, String> map) {}
      refused(Keys.class, () -> new Keys(Map.of()), "\"map[key]\"");
    }

    @Test
    void collectionsOutsideTheJdkAreRefused() {
      refused(Holder.class, Holder::new, "\"mine\"", "Mine");
    }

    @Test
    void subclassesBesideTheirSuperclassAreRefused() {
      refused(Zoo.class, Zoo::new, "Dog", "Animal", "sealed");
    }

    @Test
    void openBranchesAndEqualNamesInSealedTypesAreRefused() {
      refused(HalfOpen.class, Closed::new, "non-sealed");
      refused(Twins.class, () -> new A.Twin(1), "Twin", "@JsonTypeName");
    }

    @Test
    void typesThatNestWithoutEndAreRefused() {
      refused(generic(Endless.class, String.class), () -> new Endless<String>(null), "without end");
    }
  }

  static final class Mine extends ArrayList<String> {
    private static final long serialVersionUID = 1L;
  }

  static final class Holder {
    Mine mine = new Mine();
  }

  static class Animal {
    int legs;
  }

  static final class Dog extends Animal {
    int age;
  }

  static final class Zoo {
    Animal animal = new Animal();
    Dog dog = new Dog();
  }

  sealed interface HalfOpen permits Closed, Wide {}

  record Closed() implements HalfOpen {}

  non-sealed interface Wide extends HalfOpen {}

  sealed interface Twins permits A.Twin, B.Twin {}

  static final class A {
    record Twin(int a) implements Twins {}
  }

  static final class B {
    record Twin(int b) implements Twins {}
  }

  sealed interface NamedTwins permits C.Twin, D.Twin {}

  static final class C {
    @JsonTypeName("first")
    record Twin(int a) implements NamedTwins {}
  }

  static final class D {
    @JsonTypeName("second")
    record Twin(int a) implements NamedTwins {}
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Own.One.class, name = "one"),
    @JsonSubTypes.Type(value = Own.Two.class, name = "two")
  })
  sealed interface Own {
    record One(int a, List<String> list) implements Own {}

    record Two() implements Own {}
  }

  record Endless<T>(@Nullable Endless<List<T>> next) {}

  static final class Loop {
    Loop me = this;
  }

  record Forgetful(int n) {
    Forgetful(int n) {
      this.n = n + 1;
    }
  }

  static final class Plain {
    int n;
  }

  @Nested
  final class FirstStates {

    @Test
    void nullIsRefused() {
      refused(Plain.class, () -> null, "null");
    }

    @Test
    void aSharedMutableObjectIsRefusedWithAdvice() {
      Plain one = new Plain();
      refused(Plain.class, () -> one, "Draft::new");
      record Numbers(ArrayList<Integer> numbers) {}
      Numbers numbers = new Numbers(new ArrayList<>());
      refused(Numbers.class, () -> numbers, "Draft::new");
    }

    @Test
    @DisplayName("hazard 33, S7: a state that holds itself is refused")
    void aStateThatHoldsItselfIsRefused() {
      refused(Loop.class, Loop::new, "\"me\"");
    }

    @Test
    void aStateThatDoesNotComeBackEqualIsRefused() {
      refused(Forgetful.class, () -> new Forgetful(1), "come back equal");
    }
  }

  @Nested
  final class Sealed {

    @Test
    void givenNamesOfVariantsAreUsed() {
      StateCodec<NamedTwins> codec = StateCodec.of(NamedTwins.class, () -> new C.Twin(1));
      NamedTwins second = new D.Twin(2);
      assertThat(new String(codec.encode(second), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo("{\"@type\":\"second\",\"a\":2}");
      assertThat(codec.restore(codec.encode(second))).isEqualTo(second);
    }

    @Test
    void theUsersOwnTypeInfoWins() {
      Own one = new Own.One(1, List.of("a"));
      StateCodec<Own> codec = StateCodec.of(Own.class, () -> one);
      assertThat(new String(codec.encode(one), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo("{\"kind\":\"one\",\"a\":1,\"list\":[\"a\"]}");
      assertThat(codec.immutable()).isTrue();
      assertThat(codec.restore(codec.encode(new Own.Two()))).isEqualTo(new Own.Two());
      assertThat(codec.carry(one, new Own.Two(), one)).isEqualTo(new Own.Two());
    }
  }

  private static Type generic(Class<?> raw, Class<?> argument) {
    return new java.lang.reflect.ParameterizedType() {
      @Override
      public Type[] getActualTypeArguments() {
        return new Type[] {argument};
      }

      @Override
      public Type getRawType() {
        return raw;
      }

      @Override
      public @Nullable Type getOwnerType() {
        return raw.getEnclosingClass();
      }
    };
  }
}
