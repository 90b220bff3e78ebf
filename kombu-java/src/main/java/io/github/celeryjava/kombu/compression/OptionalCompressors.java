package io.github.celeryjava.kombu.compression;

import io.github.celeryjava.kombu.internal.OptionalLibrary;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** kombu's compressions that need a library, and which one. Stateless and thread-safe. */
final class OptionalCompressors {

  /**
   * One compression.
   *
   * @param names its MIME type and aliases, known without the library
   * @param compressor called only if the library is there; not the constructor itself, since a
   *     class that stands on a library cannot even be looked at without it
   */
  private record Entry(
      OptionalLibrary library, List<String> names, Supplier<Compressor> compressor) {}

  private static final List<Entry> ALL =
      List.of(
          new Entry(
              new OptionalLibrary(
                  "org.apache.commons:commons-compress",
                  "org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream"),
              List.of("application/x-bz2", "bzip2", "bzip"),
              () -> new Bzip2Compressor()),
          new Entry(
              new OptionalLibrary("org.tukaani:xz", "org.tukaani.xz.XZInputStream"),
              List.of("application/x-lzma", "lzma", "xz"),
              () -> new XzCompressor()),
          new Entry(
              new OptionalLibrary("com.github.luben:zstd-jni", "com.github.luben.zstd.Zstd"),
              List.of("application/zstd", "zstd", "zstandard"),
              () -> new ZstdCompressor()),
          new Entry(
              new OptionalLibrary(
                  "com.aayushatharva.brotli4j:brotli4j",
                  "com.aayushatharva.brotli4j.Brotli4jLoader"),
              List.of("application/x-brotli", "brotli"),
              () -> new BrotliCompressor()));

  private OptionalCompressors() {}

  /** Those whose library is there. */
  static Stream<Compressor> present() {
    return ALL.stream()
        .filter(entry -> entry.library().isPresent())
        .map(entry -> entry.compressor().get());
  }

  /** What to do about a compression that is not there, if it is one of these. */
  static Optional<String> remedy(String nameOrType) {
    return ALL.stream()
        .filter(entry -> entry.names().contains(nameOrType))
        .findFirst()
        .map(entry -> entry.library().remedy());
  }
}
