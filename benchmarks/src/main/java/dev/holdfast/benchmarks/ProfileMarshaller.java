package dev.holdfast.benchmarks;

import java.io.IOException;
import org.infinispan.protostream.FileDescriptorSource;
import org.infinispan.protostream.ProtobufTagMarshaller;
import org.infinispan.protostream.SerializationContext;
import org.infinispan.protostream.SerializationContextInitializer;
import org.infinispan.protostream.TagReader;

/** A profile as Infinispan's store keeps it: a message of Protocol Buffers. */
final class ProfileMarshaller implements ProtobufTagMarshaller<Profile> {

  private static final String SCHEMA =
      """
      syntax = "proto3";
      package benchmark;
      message Profile {
        int64 visits = 1;
        string about = 2;
      }
      """;

  private static final int VISITS = 1;
  private static final int ABOUT = 2;
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;

  @Override
  public Class<Profile> getJavaClass() {
    return Profile.class;
  }

  @Override
  public String getTypeName() {
    return "benchmark.Profile";
  }

  @Override
  public Profile read(ReadContext context) throws IOException {
    TagReader reader = context.getReader();
    long visits = 0;
    String about = "";
    for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
      if (tag == (VISITS << 3 | VARINT)) {
        visits = reader.readInt64();
      } else if (tag == (ABOUT << 3 | LENGTH_DELIMITED)) {
        about = reader.readString();
      } else {
        reader.skipField(tag);
      }
    }
    return new Profile(visits, about);
  }

  @Override
  public void write(WriteContext context, Profile profile) throws IOException {
    context.getWriter().writeInt64(VISITS, profile.visits());
    context.getWriter().writeString(ABOUT, profile.about());
  }

  /** Tells Infinispan of it. */
  static final class Initializer implements SerializationContextInitializer {
    @Override
    public void registerSchema(SerializationContext context) {
      context.registerProtoFiles(FileDescriptorSource.fromString("benchmark.proto", SCHEMA));
    }

    @Override
    public void registerMarshallers(SerializationContext context) {
      context.registerMarshaller(new ProfileMarshaller());
    }
  }
}
