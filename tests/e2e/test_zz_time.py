import time, tests.e2e.test_story as T
for n in ['lists_are_imported','departments_files_become_ready','the_comparison_fills_the_three_lists','a_visit_without_signal_is_sent_later','the_firms_people_found_a_union','a_worker_joins_and_the_board_moves','the_next_comparison_leaves_the_finding_closed_and_everybody_knows','joining_again_shows_the_card','brought_in','compare','approved','signed_in_by_phone']:
    f=getattr(T,n)
    def w(*a,f=f,n=n,**k):
        t=time.time()
        try: return f(*a,**k)
        finally: print(f'{n} {time.time()-t:.1f}',file=open('/tmp/w1_time.log','a'),flush=True)
    setattr(T,n,w)
o=T.Story.staff
def st(self,*a,**k):
    t=time.time(); r=o(self,*a,**k); print(f'   staff {a} {time.time()-t:.1f}',file=open('/tmp/w1_time.log','a')); return r
T.Story.staff=st
om=T.Server.manage
def mm(self,*a,**k):
    t=time.time(); r=om(self,*a,**k); print(f'   manage {a[0]} {time.time()-t:.1f}',file=open('/tmp/w1_time.log','a')); return r
T.Server.manage=mm
from tests.e2e.test_story import *
