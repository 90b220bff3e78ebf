package io.github.celeryjava.kombu.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZlibCompressorTest {

  private final ZlibCompressor zlib = new ZlibCompressor();

  @Property
  void everyBodyComesBack(
      @ForAll @Size(max = 2000) byte[] body, @ForAll @IntRange(max = 3) int more) {
    assertThat(zlib.decompress(zlib.compress(body), body.length + more)).isEqualTo(body);
  }

  @Test
  void aBodyLargerThanAllBuffersComesBack() {
    byte[] body = new byte[5 << 20];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) ((i * 2_654_435_761L) >> 24);
    }

    byte[] compressed = zlib.compress(body);

    assertThat(zlib.decompress(compressed, body.length)).isEqualTo(body);
  }

  @Test
  void writesAZlibStreamWithPythonsHeader() {
    assertThat(zlib.compress(new byte[] {1})).startsWith(0x78, 0x9c);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512, 513, 99_999})
  void nothingIsInflatedBeyondTheLimit(int limit) {
    byte[] bomb = zlib.compress(new byte[100_000]);

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> zlib.decompress(bomb, limit))
        .withMessage("inflated, the body is larger than " + limit + " bytes");
    assertThat(zlib.decompress(bomb, 100_000)).hasSize(100_000);
  }

  @Test
  void anEmptyBodyFitsIntoNothing() {
    assertThat(zlib.decompress(zlib.compress(new byte[0]), 0)).isEmpty();
  }

  @Test
  void aGzipFileIsToldApart() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(file)) {
      gzip.write(new byte[] {1, 2, 3});
    }

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> zlib.decompress(file.toByteArray(), 100))
        .withMessageContaining("is a gzip file; by gzip kombu means a zlib stream");
  }

  @Test
  void aStreamThatIsCutOffIsAnErrorWhereverTheCutIs() {
    byte[] whole = zlib.compress(new byte[] {1, 2, 3, 4, 5});

    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatExceptionOfType(DecodeException.class)
          .isThrownBy(() -> zlib.decompress(cut, 100))
          .withMessageContaining("cut off");
      assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> zlib.decompress(cut, 5));
    }
  }

  @Test
  void aDamagedStreamIsAnError() {
    byte[] damaged = zlib.compress(new byte[] {1, 2, 3, 4, 5});
    damaged[damaged.length - 1] ^= 1;

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> zlib.decompress(damaged, 100))
        .withMessageContaining("no zlib stream");
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> zlib.decompress(new byte[] {'[', '1', ']'}, 100))
        .withMessageContaining("no zlib stream");
  }

  @Test
  void aStreamWithADictionaryIsAnError() {
    Deflater deflater = new Deflater();
    deflater.setDictionary(new byte[] {1, 2, 3});
    deflater.setInput(new byte[] {1, 2, 3});
    deflater.finish();
    byte[] out = new byte[100];
    int size = deflater.deflate(out);
    deflater.end();

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> zlib.decompress(Arrays.copyOf(out, size), 100))
        .withMessageContaining("dictionary");
  }

  @Test
  void whatFollowsTheStreamIsIgnored() {
    byte[] stream = zlib.compress(new byte[] {1, 2, 3});

    assertThat(zlib.decompress(Arrays.copyOf(stream, stream.length + 5), 100))
        .isEqualTo(new byte[] {1, 2, 3});
  }
}
