package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Chains, callbacks and errbacks that a Python client makes, their steps run by a Java and a Python
 * worker in turns. In the code given to the client {@code j} and {@code p} make the call of a task
 * for the Java worker and for the Python worker: {@code j('add', 1, 2)}.
 */
@EachPeer
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
class PythonClientLinksIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private PythonClient rpc;
  private PythonClient redis;

  @BeforeParameterizedClassInvocation
  void startWorkersAndClients() {
    rpc = prepared(processes.sharedClient(peer, Results.RPC), Results.RPC);
    redis = prepared(processes.sharedClient(peer, Results.REDIS), Results.REDIS);
  }

  @ParameterizedTest
  @EnumSource
  void aChainGoesBackAndForth(Results results) {
    PythonClient client = client(results);

    client.exec(
        "r = chain(j('add', 1, 2), p('add', 10), j('add', y=100), j('add', 1000), p('add', 10000),"
            + " j('context')).apply_async()");

    JsonNode last = client.eval("r.get(timeout=30)").json();
    assertThat(last.get("args").toString()).isEqualTo("[11113]");
    assertThat(last.get("root_id")).isEqualTo(client.eval("steps(r)[0].id").json());
    assertThat(last.get("parent_id")).isEqualTo(client.eval("r.parent.id").json());
    assertThat(client.eval("r.parent.get(timeout=30)")).hasToString("11113");
  }

  @Test
  void aChainThatStartsInPythonGoesBackAndForth() {
    redis.exec("r = (p('add', 1, 2) | j('add', 10) | pi('add', 1, 1) | ji('add', 3, y=4)).delay()");

    assertThat(redis.eval("[each.get(timeout=30) for each in steps(r)]"))
        .hasToString("[3, 13, 2, 7]");
  }

  @Test
  void aChainOfProtocolOneGoesBackAndForth() {
    PythonClient old =
        prepared(
            processes.client(
                peer, SharedPeers.setup(Results.REDIS).queue("unused").with("task_protocol", 1)),
            Results.REDIS);

    old.exec("r = chain(j('add', 1, 2), p('add', 10), j('add', 100), p('add', 1000)).delay()");

    assertThat(old.eval("[each.get(timeout=30) for each in steps(r)]"))
        .hasToString("[3, 13, 113, 1113]");
  }

  @Test
  void theOptionsOfAStepHold() {
    redis.exec(
        "r = chain(j('add', 1, 2),"
            + " p('context').set(priority=7, headers={'tenant': 'acme'}, compression='zlib'),"
            + " j('context').set(priority=6, countdown=0.3, expires=60)).delay()");

    JsonNode last = redis.eval("r.get(timeout=30)").json();
    JsonNode middle = redis.eval("r.parent.get(timeout=30)").json();
    assertThat(middle.get("priority").asInt()).isEqualTo(7);
    assertThat(middle.get("tenant").asText()).isEqualTo("acme");
    assertThat(last.get("priority").asInt()).isEqualTo(6);
    assertThat(last.get("eta").isTextual()).isTrue();
    assertThat(last.get("expires").isTextual()).isTrue();
  }

  @Test
  void aStepThatRetriesGoesOnWithTheChain() {
    redis.exec("r = chain(j('add', 1, 1), j('retry'), p('retry'), j('add', 10)).delay()");

    assertThat(redis.eval("r.get(timeout=30)")).hasToString("12");
    assertThat(redis.eval("[each.get(timeout=30) for each in steps(r)[:2]]")).hasToString("[2, 2]");
  }

  @ParameterizedTest
  @CsvSource({"RPC, j", "REDIS, j", "RPC, p", "REDIS, p"})
  void theStepsAfterAFailureFailWithItAndDoNotRun(
      Results results, String failing, @TempDir Path folder) {
    PythonClient client = client(results);
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));
    client.exec("ledger = '%s'".formatted(ledger.file()));

    client.exec(
        "r = chain(j('add', 1, 2), %si('fail', \"ValueError('no good')\"),".formatted(failing)
            + " pi('record', ledger, 'p'), ji('record', ledger, 'j'), p('add', 1)).delay()");

    assertThat(client.eval("str(r.get(timeout=30, propagate=False))").json().asText())
        .contains("no good");
    assertThat(client.eval("[settled(each).state for each in [r, r.parent]]"))
        .hasToString("['FAILURE', 'FAILURE']");
    if (results == Results.REDIS) { // which can be asked about a step at any time
      assertThat(client.eval("[settled(each).state for each in steps(r)]"))
          .hasToString("['SUCCESS', 'FAILURE', 'FAILURE', 'FAILURE', 'FAILURE']");
    }
    assertThat(ledger.executions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"j", "p"})
  void theErrbacksOfAChainAreCalledOnceForTheStepThatFailed(String failing) {
    redis.exec("js, ps = j('errback').set(task_id=uid()), p('errback').set(task_id=uid())");

    redis.exec(
        "r = chain(j('add', 1, 2), p('add', 3), %si('fail', \"ValueError('no')\"), j('add', 1))"
                .formatted(failing)
            + ".apply_async(link_error=[js, ps])");

    assertThat(
            redis.eval("result(js).get(timeout=30) == r.parent.id + ' failed'").json().asBoolean())
        .isTrue();
    assertThat(
            redis.eval("result(ps).get(timeout=30) == r.parent.id + ' failed'").json().asBoolean())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"j", "p"})
  void callbacksRunOnBothSidesAndAreChildren(String first) {
    redis.exec(
        "js, ps = j('context', 'own').set(task_id=uid()), p('add', 10).set(task_id=uid())\n"
            + "deep = j('add', 100).set(task_id=uid())\n"
            + "ps.link(deep)\n"
            + "r = %s('add', 2, 3).apply_async(link=[js, ps])".formatted(first));

    JsonNode seen = redis.eval("result(js).get(timeout=30)").json();
    assertThat(seen.get("args").toString()).isEqualTo("[5,\"own\"]");
    assertThat(seen.get("parent_id")).isEqualTo(redis.eval("r.id").json());
    assertThat(redis.eval("result(deep).get(timeout=30)")).hasToString("115");
    assertThat(redis.eval("r.get(timeout=30)")).hasToString("5");
    assertThat(
            redis
                .eval("[each.id for each in flat(r.children)] == [js.id, ps.id]")
                .json()
                .asBoolean())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"j", "p"})
  void theCallbackOfAChainFollowsItsLastStep(String last) {
    redis.exec(
        "js = j('context').set(task_id=uid())\n"
            + "r = chain(p('add', 1, 2), %s('add', 10)).apply_async(link=js)".formatted(last));

    assertThat(redis.eval("result(js).get(timeout=30)['args']")).hasToString("[13]");
    assertThat(redis.eval("result(js).get()['parent_id'] == r.id").json().asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"j", "p"})
  void errbacksAndNoCallbacksFollowAFailure(String first, @TempDir Path folder) {
    ExecutionLedger ledger = ExecutionLedger.at(folder.resolve("ledger"));
    redis.exec("js, ps = j('errback').set(task_id=uid()), p('errback').set(task_id=uid())");

    redis.exec(
        "r = %s('fail', \"ValueError('no')\").apply_async(link_error=[js, ps],".formatted(first)
            + " link=[ji('record', '%s', 'ran')])".formatted(ledger.file()));

    assertThat(redis.eval("result(js).get(timeout=30) == r.id + ' failed'").json().asBoolean())
        .isTrue();
    assertThat(redis.eval("result(ps).get(timeout=30) == r.id + ' failed'").json().asBoolean())
        .isTrue();
    assertThat(redis.eval("settled(r).state").json().asText()).isEqualTo("FAILURE");
    assertThat(ledger.executions()).isEmpty();
  }

  /** What cannot be served yet fails at once, with what follows, instead of stopping half-way. */
  @Test
  void aChainIntoAGroupFailsBeforeTheStepInJavaRuns() {
    redis.exec("r = chain(j('add', 1, 2), group(p('add', 1), p('add', 2))).delay()");

    PythonValue error = redis.eval("repr(r.parent.get(timeout=30, propagate=False))");
    assertThat(error.json().asText()).contains("InvalidTaskError", "group", "cannot serve yet");
    assertThat(redis.eval("[settled(each).state for each in r.children]"))
        .hasToString("['FAILURE', 'FAILURE']");
  }

  private PythonClient client(Results results) {
    return results == Results.RPC ? rpc : redis;
  }

  private PythonClient prepared(PythonClient client, Results results) {
    processes.sharedWorker(peer, results);
    client.exec(
        """
        def call(prefix, queue, immutable):
            return lambda task, *args, **kwargs: app.signature(
                prefix + task, args=args, kwargs=kwargs, immutable=immutable
            ).set(queue=queue)

        j, ji = (call('java.', '%s', immutable) for immutable in (False, True))
        p, pi = (call('tasks.', '%s', immutable) for immutable in (False, True))
        uid = celery.utils.uuid
        result = lambda call: app.AsyncResult(call.id)

        def steps(last):
            return (steps(last.parent) if last.parent else []) + [last]

        def settled(each):
            each.get(timeout=30, propagate=False)
            return each

        def flat(children):
            return [leaf for each in children for leaf in getattr(each, 'results', [each])]
        """
            .formatted(SharedPeers.javaQueue(results), SharedPeers.pythonQueue(peer, results)));
    return client;
  }
}
