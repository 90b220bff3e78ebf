package io.github.celeryjava.celery;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Setting;
import io.github.celeryjava.celery.task.TaskInterceptor;
import io.github.celeryjava.kombu.compression.CompressorRegistry;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what one {@link Celery} is made of; not thread-safe. What is given later wins, and the
 * environment's {@code CELERY_BROKER_URL}, {@code CELERY_BROKER_READ_URL}, {@code
 * CELERY_BROKER_WRITE_URL} and {@code CELERY_RESULT_BACKEND} win over everything, as in Celery,
 * unless {@link #withoutEnvironment} is called.
 */
public final class CeleryBuilder {

  private static final Logger log = LoggerFactory.getLogger(CeleryBuilder.class);

  private final CeleryConfig.Builder config = CeleryConfig.builder();
  private final List<TaskInterceptor> interceptors = new ArrayList<>();

  // Mutable state
  private String name = "celery";
  private SerializerRegistry serializers = SerializerRegistry.standard();
  private CompressorRegistry compressors = CompressorRegistry.standard();
  private Clock clock = Clock.systemUTC();
  private LongSupplier nanos = System::nanoTime;
  private Map<String, String> environment = System.getenv();

  CeleryBuilder() {}

  /** Name of the app, for the banner and for connections. Default {@code celery}. */
  public CeleryBuilder name(String name) {
    this.name = requireNonNull(name, "name");
    return this;
  }

  /** The broker's URL, or several separated by semicolons, tried in order. */
  public CeleryBuilder broker(String url) {
    return set("broker_url", url);
  }

  /** The URL of the store for results: {@code rpc://}, {@code redis://…}, {@code memory://}. */
  public CeleryBuilder backend(String url) {
    return set("result_backend", url);
  }

  /** Sets one setting, checked by the compiler: {@code set(Settings.TASK_ACKS_LATE, true)}. */
  public <T extends @Nullable Object> CeleryBuilder set(Setting<T> setting, T value) {
    config.set(setting, value);
    return this;
  }

  /**
   * Sets one setting by Celery's name for it.
   *
   * @throws io.github.celeryjava.celery.exceptions.ImproperlyConfiguredException if there is no
   *     such setting, or the value does not fit
   */
  public CeleryBuilder set(String key, @Nullable Object value) {
    Map<String, @Nullable Object> one = new HashMap<>();
    one.put(requireNonNull(key, "key"), value);
    config.map("code", one);
    return this;
  }

  /** Sets many settings by Celery's names for them. */
  public CeleryBuilder settings(Map<String, ? extends @Nullable Object> settings) {
    config.map("code", settings);
    return this;
  }

  /** Reads settings from a properties file with Celery's names. */
  public CeleryBuilder properties(Path file) {
    config.properties(file);
    return this;
  }

  /** Looks at no environment variable. */
  public CeleryBuilder withoutEnvironment() {
    return environment(Map.of());
  }

  /** Looks at these variables instead of the process's. */
  CeleryBuilder environment(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    return this;
  }

  /** Stands around every send and run; the first one added is the outermost. */
  public CeleryBuilder interceptor(TaskInterceptor interceptor) {
    interceptors.add(requireNonNull(interceptor, "interceptor"));
    return this;
  }

  /** Formats of messages and results, with own types and limits. */
  public CeleryBuilder serializers(SerializerRegistry serializers) {
    this.serializers = requireNonNull(serializers, "serializers");
    return this;
  }

  /** Compressions of messages. */
  public CeleryBuilder compressors(CompressorRegistry compressors) {
    this.compressors = requireNonNull(compressors, "compressors");
    return this;
  }

  /** The time that peers see: ETA, expiry, dates of results. Default: the system's. */
  public CeleryBuilder clock(Clock clock) {
    this.clock = requireNonNull(clock, "clock");
    return this;
  }

  /** Nanoseconds for intervals. Default: {@link System#nanoTime}. */
  public CeleryBuilder nanos(LongSupplier nanos) {
    this.nanos = requireNonNull(nanos, "nanos");
    return this;
  }

  /**
   * Makes the app. Nothing is connected yet. Settings that were given and have no effect yet are
   * named in one warning.
   *
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if settings contradict
   *     each other, or name a transport or a backend that is not there
   */
  public Celery build() {
    config.environment(environment);
    CeleryConfig settings = config.build();
    List<String> withoutEffect = settings.withoutEffect();
    if (!withoutEffect.isEmpty()) {
      log.warn("Settings that are accepted and have no effect here yet: {}", withoutEffect);
    }
    return new Celery(this, settings);
  }

  String name() {
    return name;
  }

  SerializerRegistry serializers() {
    return serializers;
  }

  CompressorRegistry compressors() {
    return compressors;
  }

  Clock clock() {
    return clock;
  }

  LongSupplier nanos() {
    return nanos;
  }

  List<TaskInterceptor> interceptors() {
    return interceptors;
  }
}
