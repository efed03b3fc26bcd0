# The samples of every channel of a waveform: a line with group, source, unit and the values in that unit.
import sys
import pydicom

sys.stdout.reconfigure(encoding='utf-8')
dataset = pydicom.dcmread(sys.argv[1])
for number, group in enumerate(dataset.WaveformSequence):
    values = dataset.waveform_array(number)
    for channel, definition in enumerate(group.ChannelDefinitionSequence):
        source = definition.ChannelSourceSequence[0].CodeMeaning
        unit = definition.ChannelSensitivityUnitsSequence[0].CodeValue
        print('\t'.join([str(number), source, unit, ' '.join('%.9g' % value for value in values[:, channel])]))
