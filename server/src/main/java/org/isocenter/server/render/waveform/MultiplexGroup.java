package org.isocenter.server.render.waveform;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.MalformedException;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Tags;
import org.isocenter.dicom.Value;
import org.isocenter.server.render.Instance;
import org.isocenter.server.render.document.Words;
import org.jspecify.annotations.Nullable;

/// A multiplex group of a waveform (PS3.3 C.10.9): channels that are sampled together, whose samples stand
/// side by side in its data.
///
/// @param number the first of which is 1
/// @param samples of each channel
/// @param frequency in samples per second
/// @param offsetSeconds how much later than the whole it begins
record MultiplexGroup(
        int number,
        DataSet dataSet,
        SampleFormat format,
        int channelCount,
        long samples,
        double frequency,
        double offsetSeconds) {

    /// Samples per second that anything in the body could need.
    private static final double FREQUENCY_MAX = 1e9;

    /// A sample in eleven days.
    private static final double FREQUENCY_MIN = 1e-6;

    private static final double OFFSET_SECONDS_MAX = 1e6;

    /// A larger value is none, but what becomes of a scale that lies.
    private static final double VALUE_MAX = 1e30;

    static MultiplexGroup of(DataSet group, int number) throws MalformedException {
        SampleFormat format = SampleFormat.of(group);
        long channels = count(group, Tag.NumberOfWaveformChannels, 0xFFFF);
        long samples = count(group, Tag.NumberOfWaveformSamples, 0xFFFF_FFFFL);
        Double frequency = group.findDouble(Tag.SamplingFrequency);
        if (frequency == null || !(frequency >= FREQUENCY_MIN) || frequency > FREQUENCY_MAX) {
            throw refused("no frequency of sampling", Tag.SamplingFrequency);
        }
        Double offset = group.findDouble(Tag.MultiplexGroupTimeOffset);
        double seconds = offset == null ? 0 : offset / 1000;
        return new MultiplexGroup(
                number,
                group,
                format,
                (int) channels,
                samples,
                frequency,
                Math.abs(seconds) <= OFFSET_SECONDS_MAX ? seconds : 0);
    }

    private static long count(DataSet group, int tag, long maximum) throws MalformedException {
        Double count = group.findDouble(tag);
        if (count == null || count < 1 || count > maximum || count != Math.rint(count)) {
            throw refused("no number of channels or samples", tag);
        }
        return count.longValue();
    }

    private static MalformedException refused(String reason, int tag) {
        return new MalformedException(reason, Tags.format(tag), -1);
    }

    String label() {
        String label = Words.find(dataSet, Tag.MultiplexGroupLabel);
        return label == null ? "Group " + number : label;
    }

    double durationSeconds() {
        return samples / frequency;
    }

    /// The first channels of the group.
    List<Channel> channels(int maximum) {
        List<DataSet> definitions = dataSet.items(Tag.ChannelDefinitionSequence);
        List<Channel> channels = new ArrayList<>();
        for (int i = 0; i < Math.min(channelCount, maximum); i++) {
            DataSet definition = i < definitions.size() ? definitions.get(i) : new DataSet();
            channels.add(Channel.of(definition, i + 1, frequency));
        }
        return channels;
    }

    /// Reads the data, once from beginning to end.
    ///
    /// @param run how many samples make two points of a trace
    List<Trace> traces(Instance instance, List<Channel> channels, int run) throws IOException, MalformedException {
        Element data = dataSet.find(Tag.WaveformData);
        Value value = data == null ? Value.Bytes.EMPTY : data.known().value();
        long needed = samples * channelCount * format.lengthBytes();
        // Fewer bytes would leave it open which sample is of which channel and time.
        if (value.lengthBytes() < needed) {
            throw refused(
                    value.lengthBytes() + " bytes of samples where " + channelCount + " channels of " + samples
                            + " samples need " + needed,
                    Tag.WaveformData);
        }
        if (instance.syntax().bigEndian() && format.lengthBytes() > 2) {
            throw refused("samples of more than 16 bits in big endian", Tag.WaveformData);
        }
        Sink sink = new Sink(channels, run);
        switch (value) {
            case Value.Bytes bytes -> sink.write(bytes.array(), bytes.offset(), (int) needed);
            case Value.Bulk bulk -> {
                sink.swapped = instance.syntax().bigEndian() && format.lengthBytes() == 2;
                instance.bulk().transfer(bulk.offset(), needed, sink);
            }
            case Value.Items none -> throw refused("no samples", Tag.WaveformData);
            case Value.Fragments none -> throw refused("no samples", Tag.WaveformData);
            case Value.Link none -> throw refused("no samples", Tag.WaveformData);
        }
        for (Trace trace : sink.traces) {
            trace.finish(samples);
        }
        return sink.traces;
    }

    /// The bits of a sample that stands for none (PS3.3 C.10.9.1.7), or null where every sample is one.
    private @Nullable Long padding() {
        Element element = dataSet.find(Tag.WaveformPaddingValue);
        return element != null
                        && element.known().value() instanceof Value.Bytes bytes
                        && bytes.length() >= format.lengthBytes()
                ? format.bits(bytes.array(), bytes.offset())
                : null;
    }

    /// Takes the data in whatever pieces they come, and hands each sample to the trace of its channel.
    private final class Sink extends OutputStream {
        final List<Trace> traces = new ArrayList<>();
        private final List<Channel> channels;
        private final @Nullable Long padding = padding();
        private final byte[] sample = new byte[format.lengthBytes()];
        boolean swapped;
        private int held;
        private int channel;
        private long number;

        Sink(List<Channel> channels, int run) {
            this.channels = channels;
            for (int i = 0; i < channels.size(); i++) {
                traces.add(new Trace(run));
            }
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                sample[swapped ? sample.length - 1 - held : held] = bytes[i];
                if (++held == sample.length) {
                    held = 0;
                    take();
                }
            }
        }

        private void take() {
            if (channel < traces.size()) {
                Channel meaning = channels.get(channel);
                boolean gap = padding != null && padding == format.bits(sample, 0);
                double value = format.read(sample, 0) * meaning.scale() + meaning.baseline();
                traces.get(channel).add(number, gap || !(Math.abs(value) <= VALUE_MAX) ? Double.NaN : value);
            }
            if (++channel == channelCount) {
                channel = 0;
                number++;
            }
        }
    }
}
