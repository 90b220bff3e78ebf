package io.github.celeryjava.celery.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.util.Map;
import java.util.TreeMap;

/** The settings whose default differs from Celery's on purpose, each with the reason. */
final class ChosenDefaults {

  private static final String PYTHON_CLASS = "Celery's default names a class of Python";
  private static final String PYTHON_PATTERN =
      "Celery's default is a pattern of Python; the pattern here belongs to the logging back end";

  static final Map<String, String> REASONS =
      new TreeMap<>(
          Map.of(
              "beat_scheduler", PYTHON_CLASS,
              "result_backend_max_retries", "none stands for Python's infinite number",
              "worker_autoscaler", PYTHON_CLASS,
              "worker_consumer", PYTHON_CLASS,
              "worker_log_format", PYTHON_PATTERN,
              "worker_pool", "a JVM runs tasks in threads, not in forked processes",
              "worker_task_log_format", PYTHON_PATTERN));

  private static final ObjectMapper JSON = new ObjectMapper();

  private ChosenDefaults() {}

  /** Whether the default is that of Celery; a whole number equals one with a fraction of zero. */
  static <T> boolean areEqual(Setting<T> setting, JsonNode celery) {
    if (setting.fallback().isPresent()) {
      return celery.isNull();
    }
    JsonNode ours = JSON.valueToTree(setting.plain(setting.defaultValue()));
    return ours.equals(ChosenDefaults::compare, celery);
  }

  private static int compare(JsonNode ours, JsonNode theirs) {
    boolean numbers =
        ours.getNodeType() == JsonNodeType.NUMBER && theirs.getNodeType() == JsonNodeType.NUMBER;
    if (numbers) {
      return Double.compare(ours.doubleValue(), theirs.doubleValue());
    }
    return ours.equals(theirs) ? 0 : 1;
  }
}
