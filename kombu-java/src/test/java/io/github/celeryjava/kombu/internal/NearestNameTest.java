package io.github.celeryjava.kombu.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

  private static final List<String> SCHEMES =
      List.of("amqp", "amqps", "filesystem", "memory", "redis", "rediss", "sentinel");

  @ParameterizedTest
  @CsvSource({
    "rdis, redis",
    "redsi, redis",
    "redhis, redis",
    "radis, redis",
    "ampq, amqp",
    "filesytem, filesystem",
    "sentinal, sentinel"
  })
  void findsTheNameOneSlipAway(String given, String meant) {
    assertThat(NearestName.of(given, SCHEMES)).hasValue(meant);
  }

  @ParameterizedTest
  @CsvSource({"kafka", "sqs", "rabbitmq", "x", "''"})
  void suggestsNothingForAnUnrelatedName(String given) {
    assertThat(NearestName.of(given, SCHEMES)).isEmpty();
  }

  @Test
  void takesTheFirstInAlphabeticalOrderOfEquallyNearNames() {
    assertThat(NearestName.of("tesk", Set.of("task", "desk"))).hasValue("desk");
  }

  @Test
  void allowsMoreSlipsInLongerNames() {
    List<String> known = List.of("worker_prefetch_multiplier");

    assertThat(NearestName.of("worker_prefech_multipler", known)).isPresent();
    assertThat(NearestName.of("worker_prefix_multi", known)).isEmpty();
  }

  @Property
  void findsANameAfterTwoNeighboursWereSwapped(
      @ForAll @AlphaChars @StringLength(min = 4, max = 30) String name, @ForAll int seed) {
    int at = Math.floorMod(seed, name.length() - 1);
    String swapped =
        name.substring(0, at) + name.charAt(at + 1) + name.charAt(at) + name.substring(at + 2);

    assertThat(NearestName.of(swapped, List.of(name))).hasValue(name);
  }
}
