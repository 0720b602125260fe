package dev.holdfast.codec;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import java.util.function.Predicate;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * Jackson, set up so that what is written is what is read: fields are the properties, nothing is
 * converted from another type, and no member of the JSON can name a class.
 */
final class JsonMappers {

  /** How deep a state may nest; the same for writing, so that what was written can be read. */
  static final int MAX_DEPTH = 500;

  /** A number of more digits is no number that a program works with. */
  private static final int MAX_DIGITS = 100_000;

  private JsonMappers() {}

  /**
   * A mapper that writes objects of these classes only.
   *
   * @param known which plain classes and records may be written
   */
  static JsonMapper forStates(Predicate<Class<?>> known) {
    return create(new SealedTypes(), known)
        .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .build();
  }

  /** A mapper that reads what clients send. */
  static JsonMapper forPayloads() {
    return create(new PayloadTypes(), type -> false)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .build();
  }

  private static JsonMapper.Builder create(SealedTypes annotations, Predicate<Class<?>> known) {
    JsonMapper.Builder builder =
        JsonMapper.builder(factory())
            .annotationIntrospector(annotations)
            .addModule(NarrowNumbers.create())
            .addModule(TextModule.create())
            .addModule(
                new SimpleModule("holdfast-classes").setSerializerModifier(new KnownClasses(known)))
            .addAbstractTypeResolver(new OrderedCollections())
            .changeDefaultVisibility(
                v ->
                    v.withFieldVisibility(Visibility.ANY)
                        .withGetterVisibility(Visibility.NONE)
                        .withIsGetterVisibility(Visibility.NONE)
                        .withSetterVisibility(Visibility.NONE))
            .disable(
                MapperFeature.SORT_PROPERTIES_ALPHABETICALLY,
                MapperFeature.INFER_PROPERTY_MUTATORS,
                MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(
                MapperFeature.ALLOW_FINAL_FIELDS_AS_MUTATORS,
                MapperFeature.PROPAGATE_TRANSIENT_MARKER)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(
                EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
    return withoutCoercion(builder);
  }

  private static JsonFactory factory() {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxNumberLength(MAX_DIGITS)
                .maxStringLength(Integer.MAX_VALUE)
                .maxNameLength(Integer.MAX_VALUE)
                .build())
        .build();
  }

  private static JsonMapper.Builder withoutCoercion(JsonMapper.Builder builder) {
    return builder
        .withCoercionConfigDefaults(
            c -> {
              for (CoercionInputShape shape : CoercionInputShape.values()) {
                c.setCoercion(shape, CoercionAction.Fail);
              }
            })
        .withCoercionConfig(
            LogicalType.Float,
            c -> c.setCoercion(CoercionInputShape.Integer, CoercionAction.TryConvert));
  }
}
