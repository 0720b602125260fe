package dev.holdfast.codec;

import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Refuses to write objects of classes outside the state's type, such as a subclass of a field's
 * class: they would come back as something else.
 */
final class KnownClasses extends ValueSerializerModifier {

  private static final long serialVersionUID = 1L;

  private final transient Predicate<Class<?>> known;

  KnownClasses(Predicate<Class<?>> known) {
    this.known = known;
  }

  @Override
  public ValueSerializer<?> modifySerializer(
      SerializationConfig config, BeanDescription.Supplier bean, ValueSerializer<?> serializer) {
    boolean refused = serializer instanceof BeanSerializerBase && !known.test(bean.getBeanClass());
    return refused ? new Refusal(bean.getBeanClass()) : serializer;
  }

  private static final class Refusal extends StdSerializer<Object> {
    Refusal(Class<?> type) {
      super(type);
    }

    @Override
    public void serialize(Object value, JsonGenerator json, SerializationContext context) {
      context.reportBadDefinition(
          context.constructType(handledType()), "not a class of the state's type");
    }
  }
}
