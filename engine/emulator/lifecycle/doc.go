// Package lifecycle is KS3's bucket lifecycle language: the XML configuration
// (PUT ?lifecycle) and what it asks for at an instant.
//
//	<LifecycleConfiguration>
//	  <Rule>
//	    <ID>stale</ID>                          up to 255 characters, unique; may be left out
//	    <Filter>                                none, or empty: the whole bucket
//	      <And>
//	        <Prefix>raw/</Prefix>
//	        <Tag><Key>k</Key><Value>v</Value></Tag>
//	        <ObjectSizeGreaterThan>0</ObjectSizeGreaterThan>
//	        <ObjectSizeLessThan>1048576</ObjectSizeLessThan>
//	      </And>
//	    </Filter>
//	    <Status>Enabled</Status>                or Disabled
//	    <Expiration><Days>30</Days></Expiration>
//	    <Transition><Days>7</Days><StorageClass>STANDARD_IA</StorageClass></Transition>
//	    <AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>
//	  </Rule>
//	</LifecycleConfiguration>
//
// Each of the three actions has either a number of days or a Date, which is
// midnight in Beijing: 2018-01-01T00:00:00+08:00. Conditions of a filter may
// stand in And or beside each other; all of them must hold. A Prefix may also
// stand in the rule itself, in place of a filter.
//
// # When something is due
//
// KS3 evaluates rules from 00:00 Beijing time of the following day (its
// lifecycle guide). S3 says how days are counted: they are added, and the sum is
// rounded up to the next midnight. Here both hold, with Beijing's midnight. China
// has no daylight saving time, so that is 16:00 UTC on every day of the year.
//
//	initiated 2026-03-01 12:00 in Beijing, 7 days: due 2026-03-09 00:00
//	initiated 2026-03-01 00:00 in Beijing, 7 days: due 2026-03-08 00:00
//
// A Date is meant as on S3: from that instant on the action is for everything
// that matches, also for what comes later. That is due at its next midnight.
//
// # What it must never do
//
// It deletes nothing and opens nothing: the time is passed in, and what is due
// is told, not done. An element that it does not know, or that the server would
// not act on, is an error: a rule that is half understood would delete too much.
package lifecycle
