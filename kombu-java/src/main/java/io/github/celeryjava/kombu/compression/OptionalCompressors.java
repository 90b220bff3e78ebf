package io.github.celeryjava.kombu.compression;

import java.util.Map;
import java.util.Optional;

/** kombu's compressions that need a library, and which one. Stateless and thread-safe. */
final class OptionalCompressors {

  private static final String BZIP2 = "org.apache.commons:commons-compress";
  private static final String XZ = "org.tukaani:xz";
  private static final String BROTLI = "com.aayushatharva.brotli4j:brotli4j";
  private static final String ZSTD = "com.github.luben:zstd-jni";

  private static final Map<String, String> LIBRARIES =
      Map.ofEntries(
          Map.entry("application/x-bz2", BZIP2),
          Map.entry("bzip2", BZIP2),
          Map.entry("bzip", BZIP2),
          Map.entry("application/x-lzma", XZ),
          Map.entry("lzma", XZ),
          Map.entry("xz", XZ),
          Map.entry("application/x-brotli", BROTLI),
          Map.entry("brotli", BROTLI),
          Map.entry("application/zstd", ZSTD),
          Map.entry("zstd", ZSTD),
          Map.entry("zstandard", ZSTD));

  private OptionalCompressors() {}

  /** What to do about a compression that is not there, if it is one of these. */
  static Optional<String> remedy(String nameOrType) {
    return Optional.ofNullable(LIBRARIES.get(nameOrType))
        .map(library -> "it needs a library; register a Compressor on top of, say, " + library);
  }
}
