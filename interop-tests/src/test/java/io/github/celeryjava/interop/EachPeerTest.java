package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EachPeerTest {

  @EachPeer
  void givesEveryPeerToATestThatTakesAny(PythonPeer peer) {
    assertThat(peer.isAtLeast("5.2")).isTrue();
  }

  @EachPeer
  @PeerAtLeast("5.3")
  void leavesOldPeersOutWhereATestNeedsANewOne(PythonPeer peer) {
    assertThat(peer.isAtLeast("5.3")).isTrue();
  }

  @Test
  void comparesVersionsByNumber() {
    PythonPeer current = new PythonPeer("5.7.0");

    assertThat(current.isAtLeast("5.7.0")).isTrue();
    assertThat(current.isAtLeast("5.7")).isTrue();
    assertThat(current.isAtLeast("5.10")).isFalse();
    assertThat(current.isAtLeast("4.9.9")).isTrue();
  }

  @Test
  void aPeerWithoutRequirementsFileIsRefused() {
    assertThatThrownBy(() -> new PythonPeer("5.0.1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("requirements-5.0.1.txt");
  }
}
