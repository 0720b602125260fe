package dev.holdfast.codec;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.module.SimpleModule;

/** Reads bytes and floats without letting a number that is too large turn into another one. */
final class NarrowNumbers {

  private NarrowNumbers() {}

  static SimpleModule create() {
    return new SimpleModule("holdfast-numbers")
        .addDeserializer(Byte.class, new ByteReader(Byte.class))
        .addDeserializer(byte.class, new ByteReader(byte.class))
        .addDeserializer(Float.class, new FloatReader(Float.class))
        .addDeserializer(float.class, new FloatReader(float.class));
  }

  private abstract static class Reader<T> extends StdScalarDeserializer<T> {
    private final T zero;

    Reader(Class<T> type, T zero) {
      super(type);
      this.zero = zero;
    }

    @Override
    public @Nullable Object getNullValue(DeserializationContext context) {
      if (!handledType().isPrimitive()) {
        return null;
      }
      if (context.isEnabled(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)) {
        context.reportInputMismatch(this, "null for a primitive");
      }
      return zero;
    }

    final T refuse(DeserializationContext context) {
      return context.reportInputMismatch(this, "not in range");
    }
  }

  private static final class ByteReader extends Reader<Byte> {
    ByteReader(Class<Byte> type) {
      super(type, (byte) 0);
    }

    @Override
    public Byte deserialize(JsonParser json, DeserializationContext context) {
      if (!json.hasToken(JsonToken.VALUE_NUMBER_INT)) {
        return refuse(context);
      }
      int value = json.getIntValue();
      return value == (byte) value ? (Byte) (byte) value : refuse(context);
    }
  }

  private static final class FloatReader extends Reader<Float> {
    FloatReader(Class<Float> type) {
      super(type, 0f);
    }

    @Override
    public Float deserialize(JsonParser json, DeserializationContext context) {
      return switch (json.currentToken()) {
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
          float value = json.getFloatValue();
          yield Float.isInfinite(value) ? refuse(context) : value;
        }
        case VALUE_STRING -> special(json, context);
        default -> refuse(context);
      };
    }

    /** The values that JSON has no numbers for, as Java writes them. */
    private Float special(JsonParser json, DeserializationContext context) {
      return switch (json.getString()) {
        case "NaN" -> Float.NaN;
        case "Infinity" -> Float.POSITIVE_INFINITY;
        case "-Infinity" -> Float.NEGATIVE_INFINITY;
        default -> refuse(context);
      };
    }
  }
}
