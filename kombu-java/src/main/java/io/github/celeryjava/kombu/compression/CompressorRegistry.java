package io.github.celeryjava.kombu.compression;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.internal.NearestName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The compressions of one application, by MIME type and by alias. Immutable and thread-safe.
 *
 * <p>Named after {@code kombu.compression}, whose registry is one for the whole process.
 */
public final class CompressorRegistry {

  /** The header that names the compression of a body. */
  public static final String HEADER = "compression";

  private static final CompressorRegistry STANDARD = builder().build();

  private final Map<String, Compressor> byName;

  private CompressorRegistry(Builder builder) {
    byName = Map.copyOf(builder.byName);
  }

  /**
   * zlib, which kombu calls gzip as well; bzip2, xz, zstd and brotli where their libraries are
   * there; what {@link ServiceLoader} finds besides.
   */
  public static CompressorRegistry standard() {
    return STANDARD;
  }

  /** Starts from what {@link #standard()} holds. */
  public static Builder builder() {
    Builder builder = new Builder().register(new ZlibCompressor());
    OptionalCompressors.present().forEach(builder::register);
    ServiceLoader.load(Compressor.class).forEach(builder::register);
    return builder;
  }

  /** Starts from what this registry holds. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.byName.putAll(byName);
    return builder;
  }

  /**
   * The MIME types of all compressions there are, in order.
   *
   * <p>Named after {@code kombu.compression.encoders}.
   */
  public Set<String> contentTypes() {
    return byName.values().stream()
        .map(Compressor::contentType)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * One compression.
   *
   * @param nameOrType an alias or a MIME type
   */
  public Optional<Compressor> find(String nameOrType) {
    return Optional.ofNullable(byName.get(nameOrType));
  }

  /**
   * Compresses a body and says so in {@code headers}, by MIME type.
   *
   * @param nameOrType an alias or a MIME type
   * @param headers the header is put in here
   * @throws ConfigurationException if there is no such compression; the message names the nearest
   *     known one, or the library that is missing
   */
  public byte[] compress(String nameOrType, byte[] body, Map<String, ? super String> headers) {
    Compressor compressor = byName.get(nameOrType);
    if (compressor == null) {
      throw new ConfigurationException(unknown(nameOrType));
    }
    try {
      byte[] compressed = compressor.compress(body);
      headers.put(HEADER, compressor.contentType());
      return compressed;
    } catch (RuntimeException e) {
      throw new EncodeException("cannot compress with " + nameOrType + ": " + e.getMessage(), e);
    } catch (LinkageError e) {
      throw new ConfigurationException(unusable(nameOrType, e), e);
    }
  }

  /**
   * Undoes the compression that {@code headers} name; without one the body is returned as it is.
   *
   * @param maxBytes how large a body may become, by the length of the compressed one
   * @throws DecodeException if there is no such compression, or if the body is damaged or too large
   */
  public byte[] decompress(
      byte[] body, Map<String, ? extends @Nullable Object> headers, IntUnaryOperator maxBytes) {
    Object named = headers.get(HEADER);
    if (named == null || "".equals(named)) {
      return body;
    }
    String nameOrType = String.valueOf(named);
    Compressor compressor = byName.get(nameOrType);
    if (compressor == null) {
      throw new DecodeException(unknown(nameOrType), null);
    }
    try {
      return compressor.decompress(body, maxBytes.applyAsInt(body.length));
    } catch (DecodeException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DecodeException("cannot undo " + nameOrType + ": " + e.getMessage(), e);
    } catch (LinkageError e) {
      throw new DecodeException(unusable(nameOrType, e), e);
    }
  }

  /** A library is there, but what it needs, as a rule its native part, is not. */
  private static String unusable(String nameOrType, LinkageError failure) {
    return "the library of compression " + nameOrType + " does not work here: " + failure;
  }

  private String unknown(String nameOrType) {
    String remedy =
        OptionalCompressors.remedy(nameOrType)
            .or(
                () ->
                    NearestName.of(nameOrType, byName.keySet())
                        .map(nearest -> "did you mean " + nearest + "?"))
            .orElseGet(() -> "known are " + new TreeSet<>(byName.keySet()));
    String shown = nameOrType.length() <= 80 ? nameOrType : nameOrType.substring(0, 80) + "...";
    return "there is no compression " + shown + "; " + remedy;
  }

  /** Collects the compressions of one {@link CompressorRegistry}; not thread-safe. */
  public static final class Builder {

    // Mutable state
    private final Map<String, Compressor> byName = new LinkedHashMap<>();

    private Builder() {}

    /** Adds a compression; it takes the names that others had. */
    public Builder register(Compressor compressor) {
      byName.put(compressor.contentType(), compressor);
      compressor.aliases().forEach(alias -> byName.put(alias, compressor));
      return this;
    }

    public CompressorRegistry build() {
      return new CompressorRegistry(this);
    }
  }
}
