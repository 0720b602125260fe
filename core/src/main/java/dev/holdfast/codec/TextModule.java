package dev.holdfast.codec;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/** Teaches Jackson the {@link TextForm}s, as values and as keys of maps. */
final class TextModule {

  private TextModule() {}

  static SimpleModule create() {
    SimpleModule module = new SimpleModule("holdfast-text");
    TextForm.ALL.forEach(form -> add(module, form));
    return module;
  }

  private static <T> void add(SimpleModule module, TextForm<T> form) {
    module.addSerializer(form.type(), new Writer<>(form));
    module.addKeySerializer(form.type(), new KeyWriter<>(form));
    module.addDeserializer(form.type(), new Reader<>(form));
    module.addKeyDeserializer(form.type(), new KeyReader<>(form));
  }

  private static final class Writer<T> extends StdScalarSerializer<T> {
    private final TextForm<T> form;

    Writer(TextForm<T> form) {
      super(form.type());
      this.form = form;
    }

    @Override
    public void serialize(T value, JsonGenerator json, SerializationContext context) {
      json.writeString(form.write().apply(value));
    }
  }

  private static final class KeyWriter<T> extends StdScalarSerializer<T> {
    private final TextForm<T> form;

    KeyWriter(TextForm<T> form) {
      super(form.type());
      this.form = form;
    }

    @Override
    public void serialize(T value, JsonGenerator json, SerializationContext context) {
      json.writeName(form.write().apply(value));
    }
  }

  private static final class Reader<T> extends StdScalarDeserializer<T> {
    private final TextForm<T> form;

    Reader(TextForm<T> form) {
      super(form.type());
      this.form = form;
    }

    @Override
    public @Nullable T deserialize(JsonParser json, DeserializationContext context) {
      if (!json.hasToken(JsonToken.VALUE_STRING)) {
        return form.type().cast(context.handleUnexpectedToken(form.type(), json));
      }
      String text = json.getString();
      try {
        return form.read().apply(text);
      } catch (RuntimeException e) {
        throw context.weirdStringException(text, form.type(), "not in its form");
      }
    }
  }

  private static final class KeyReader<T> extends KeyDeserializer {
    private final TextForm<T> form;

    KeyReader(TextForm<T> form) {
      this.form = form;
    }

    @Override
    public Object deserializeKey(String key, DeserializationContext context) {
      try {
        return form.read().apply(key);
      } catch (RuntimeException e) {
        throw context.weirdKeyException(form.type(), key, "not in its form");
      }
    }
  }
}
