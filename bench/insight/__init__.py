"""Whether what is made of calls is what somebody who reads them would say."""
