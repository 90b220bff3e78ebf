package io.github.celeryjava.interop;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The peers of this run, without those that {@link PeerAtLeast} leaves out. */
final class Peers implements ArgumentsProvider {

  private static final String DEFAULT_VERSIONS = "5.7.0,5.2.7";

  @Override
  public Stream<Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    Optional<PeerAtLeast> limit =
        context.getElement().map(element -> element.getAnnotation(PeerAtLeast.class));
    return versions()
        .map(PythonPeer::new)
        .filter(peer -> limit.isEmpty() || peer.isAtLeast(limit.get().value()))
        .map(Arguments::of);
  }

  private static Stream<String> versions() {
    String chosen = System.getenv("CELERY_JAVA_TEST_PEERS");
    return Stream.of((chosen == null ? DEFAULT_VERSIONS : chosen).split(",")).map(String::strip);
  }
}
