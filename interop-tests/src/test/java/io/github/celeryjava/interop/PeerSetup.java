package io.github.celeryjava.interop;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a Python peer's app is set up; a worker and a client of one test are given the same.
 *
 * @param broker the broker's URL
 * @param backend the result backend's URL; null for none
 * @param settings Celery's settings by name, with values that JSON knows
 * @param workerOptions options of {@code celery worker} in addition to those of {@link
 *     PythonWorker}
 */
public record PeerSetup(
    URI broker,
    @Nullable String backend,
    Map<String, Object> settings,
    List<String> workerOptions) {

  public PeerSetup {
    requireNonNull(broker, "broker");
    settings = Map.copyOf(settings);
    workerOptions = List.copyOf(workerOptions);
  }

  /** No results, default settings. */
  public static PeerSetup over(URI broker) {
    return new PeerSetup(broker, null, Map.of(), List.of());
  }

  public PeerSetup resultsIn(String backend) {
    return new PeerSetup(broker, backend, settings, workerOptions);
  }

  /** Sends to and consumes from {@code name}, which keeps tests on a shared broker apart. */
  public PeerSetup queue(String name) {
    return with("task_default_queue", name);
  }

  public PeerSetup with(String setting, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(settings);
    more.put(setting, value);
    return new PeerSetup(broker, backend, more, workerOptions);
  }

  public PeerSetup withWorkerOptions(String... options) {
    List<String> more = new ArrayList<>(workerOptions);
    more.addAll(Arrays.asList(options));
    return new PeerSetup(broker, backend, settings, more);
  }

  /** Hands this to the scripts, the way {@code tasks.py} expects it. */
  void applyTo(Map<String, String> environment) {
    environment.put("PEER_BROKER", broker.toString());
    environment.put("PEER_BACKEND", backend == null ? "" : backend);
    try {
      environment.put("PEER_SETTINGS", JsonMapper.builder().build().writeValueAsString(settings));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("settings that JSON does not know: " + settings, e);
    }
  }
}
