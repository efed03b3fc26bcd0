# The 256 codes of mu-law, then of A-law, as 16-bit samples of Python's own decoder.
import audioop

codes = bytes(range(256))
for decode in (audioop.ulaw2lin, audioop.alaw2lin):
    samples = decode(codes, 2)
    print(' '.join(str(int.from_bytes(samples[2 * i:2 * i + 2], 'little', signed=True)) for i in range(256)))
