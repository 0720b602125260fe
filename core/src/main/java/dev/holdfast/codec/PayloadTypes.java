package dev.holdfast.codec;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;

/** What holds for payloads beside the rules for states: a number that is not sent is not zero. */
final class PayloadTypes extends SealedTypes {

  private static final long serialVersionUID = 1L;

  @Override
  public @Nullable Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
    Boolean said = super.hasRequiredMarker(config, member);
    boolean primitiveComponent =
        member instanceof AnnotatedParameter
            && member.getDeclaringClass().isRecord()
            && member.getRawType().isPrimitive();
    return (said == null && primitiveComponent) ? Boolean.TRUE : said;
  }
}
