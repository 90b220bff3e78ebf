package io.github.celeryjava.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.celeryjava.kombu.testing.ProcessOutput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Python program that sends tasks and waits for results as a test tells it to: {@code client.py}
 * behind a pipe. Arguments, options and code are Python text, so that a test shows what a Python
 * user writes; {@code datetime}, {@code Decimal}, {@code UUID} and their like are at hand without
 * import. Thread-safe, one request at a time.
 */
public final class PythonClient implements AutoCloseable {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
  private static final String NO_MORE_ANSWERS = "";

  private final JsonMapper mapper =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
  private final PythonPeer peer;
  private final Process process;
  private final ProcessOutput log;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private PythonClient(PythonPeer peer, Process process) {
    this.peer = peer;
    this.process = process;
    this.log = ProcessOutput.of(process.getErrorStream(), "client of " + peer);
  }

  static PythonClient start(PythonPeer peer, PeerSetup setup) {
    ProcessBuilder command = peer.script("client.py");
    setup.applyTo(command.environment());
    try {
      PythonClient client = new PythonClient(peer, command.start());
      Thread reader = new Thread(client::readAnswers, "answers of " + peer);
      reader.setDaemon(true);
      reader.start();
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.command(), e);
    }
  }

  /** Like {@link #send(String, String, String)}, without options. */
  public String send(String task, String arguments) {
    return send(task, arguments, "");
  }

  /**
   * Sends a task by name and returns its id.
   *
   * @param arguments as in a Python call: {@code 1, Decimal('2.5'), key=b'x'}
   * @param options of {@code send_task}: {@code countdown=1, compression='zlib'}
   * @throws PythonException if Python refuses
   */
  public String send(String task, String arguments, String options) {
    JsonNode answer =
        ask(
            Map.of("op", "send", "task", task, "arguments", arguments, "options", options),
            ANSWER_LIMIT);
    return answer.required("id").asText();
  }

  /**
   * Waits for a result, of a task that this client sent or of any other.
   *
   * @throws AssertionError if there is none within {@code limit}
   */
  public PythonResult result(String id, Duration limit) {
    JsonNode answer =
        ask(
            Map.of("op", "get", "id", id, "seconds", limit.toMillis() / 1000.0),
            ANSWER_LIMIT.plus(limit));
    if (answer.has("timed_out")) {
      throw new AssertionError(
          "no result of %s within %s, its state is %s"
              .formatted(id, limit, answer.required("state").asText()));
    }
    return new PythonResult(
        answer.required("state").asText(),
        part(answer, "value", PythonValue.class),
        part(answer, "error", PythonError.class));
  }

  /** The value of an expression; {@code app}, {@code celery} and {@code chain} are known to it. */
  public PythonValue eval(String code) {
    return convert(
        ask(Map.of("op", "eval", "code", code), ANSWER_LIMIT).required("value"), PythonValue.class);
  }

  /** Runs statements; names they set are known to later code. */
  public void exec(String code) {
    ask(Map.of("op", "exec", "code", code), ANSWER_LIMIT);
  }

  /** State and last lines of log, for the message of a failure. */
  public String report() {
    String state = process.isAlive() ? "is running" : "ended with " + process.exitValue();
    return "client of %s %s; its last lines:%n%s".formatted(peer, state, log);
  }

  /** Ends the program. */
  @Override
  public synchronized void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException alreadyGone) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private synchronized JsonNode ask(Map<String, Object> request, Duration limit) {
    try {
      String line = mapper.writeValueAsString(request) + "\n";
      process.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      String text = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (text == null || text.equals(NO_MORE_ANSWERS)) {
        throw new IllegalStateException("no answer to " + request + "; " + report());
      }
      JsonNode answer = mapper.readTree(text);
      PythonError raised = part(answer, "raised", PythonError.class);
      if (raised != null) {
        throw new PythonException(raised);
      }
      return answer;
    } catch (IOException e) {
      throw new IllegalStateException("cannot ask " + request + "; " + report(), e);
    } catch (InterruptedException e) {
      process.destroyForcibly(); // its answer would be taken for that of the next request
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + peer, e);
    }
  }

  private <T> @Nullable T part(JsonNode answer, String name, Class<T> type) {
    return answer.hasNonNull(name) ? convert(answer.get(name), type) : null;
  }

  private <T> T convert(JsonNode node, Class<T> type) {
    try {
      return mapper.treeToValue(node, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not a " + type.getSimpleName() + ": " + node, e);
    }
  }

  private void readAnswers() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = reader.readLine()) != null) {
        answers.add(line);
      }
    } catch (IOException ended) {
      // What follows tells those who wait.
    }
    answers.add(NO_MORE_ANSWERS);
  }
}
