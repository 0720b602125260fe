package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The path of a URL, taken apart before it is decoded, so that no encoded slash separates. */
final class UrlPath {

  private UrlPath() {}

  /**
   * The decoded segments of a request's target, without its query: none for {@code /}.
   *
   * @return empty if the target is no absolute path or an escape in it is wrong
   */
  static Optional<List<String>> segments(String target) {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    if (!path.startsWith("/")) {
      return Optional.empty();
    }
    List<String> segments = new ArrayList<>();
    if (path.length() > 1) {
      for (String segment : path.substring(1).split("/", -1)) {
        Optional<String> decoded = decoded(segment);
        if (decoded.isEmpty()) {
          return Optional.empty();
        }
        segments.add(decoded.get());
      }
    }
    return Optional.of(List.copyOf(segments));
  }

  private static Optional<String> decoded(String segment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c != '%') {
        bytes.writeBytes(String.valueOf(c).getBytes(UTF_8));
      } else if (i + 2 < segment.length() && isHex(segment, i + 1) && isHex(segment, i + 2)) {
        bytes.write(Integer.parseInt(segment, i + 1, i + 3, 16));
        i += 2;
      } else {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(
          UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean isHex(String text, int at) {
    return Character.digit(text.charAt(at), 16) >= 0;
  }
}
