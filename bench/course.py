"""What the usual course solution does with the file: read it whole with pandas, fix types, group, write."""

import sys

import pandas

frame = pandas.read_csv(sys.argv[1], low_memory=False)
for name in ("OCC_DATE", "REPORT_DATE"):
    frame[name] = pandas.to_datetime(frame[name].astype(str).str[:10])
frame = frame.drop_duplicates()
category = "CSI_CATEGORY" if "CSI_CATEGORY" in frame else "MCI_CATEGORY"
for number, keys in enumerate(
    [
        [category, frame.OCC_DATE.dt.year],
        [category, frame.OCC_DATE.dt.month],
        [category, frame.OCC_DATE.dt.dayofweek],
        [category, "OCC_HOUR"],
        [category, "PREMISES_TYPE"],
        [category, "HOOD_158"],
    ]
):
    frame.groupby(keys).size().to_csv(f"{sys.argv[2]}/{number}.csv")
frame.to_csv(f"{sys.argv[2]}/clean.csv", index=False)
